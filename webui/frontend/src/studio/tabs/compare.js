// 版本对比: the canvas against a published version (in the server's words) or against a saved revision.
import { send } from '../../http.js';
import { h, option } from '../dom.js';
import { say } from '../words.js';
import { differences } from '../difference.js';
import { listed, mark } from '../marks.js';

export function compareTab({ viewer, id, processKey, basedOn, read, keeping, select }) {
  let body = null, clear = () => {}, choice = null, result = null;

  async function build(element) {
    body = element;
    choice = h('select', { class: 'inp auto', onchange: () => against(choice.value), 'aria-label': say('对比的版本', 'Version to compare with') });
    result = h('div', {});
    body.replaceChildren(h('div', { class: 'pline' }, h('span', {}, say('与', 'Against')), choice, h('span', { class: 'small muted' }, say('绿色新增、黄色修改、蓝色移动；删除的只在列表中。', 'Green added, yellow changed, blue moved; what was removed is in the list only.'))), result);
    const versions = await send('GET', `/api/v1/process-definitions?key=${encodeURIComponent(processKey)}`).then(answer => answer.items, () => []);
    choice.replaceChildren(option('', versions.length ? say('请选择版本', 'Choose a version') : say('还没有已发布的版本', 'Nothing is published yet')), ...versions.map(one => option(one.id, `v${one.version}${one.id === basedOn ? say('（基于此版）', ' (begun from it)') : ''}`)));
    if (basedOn) { choice.value = basedOn; against(basedOn); }
  }

  async function against(version) {
    clear();
    result.replaceChildren();
    if (!version) return;
    result.replaceChildren(h('p', { class: 'pline muted' }, say('正在对比…', 'Comparing…')));
    try {
      await keeping?.save();
      const found = await send('GET', `/api/v1/designs/${id}/differences?with=${version}`);
      draw(found.elements, (found.summary ?? []).slice(0, 1)); // the rest of it is the list
    } catch {
      const answer = await fetch(`/api/v1/process-definitions/${version}/xml`, { credentials: 'same-origin' });
      if (answer.ok) draw(differences(await answer.text(), await read()), []);
      else result.replaceChildren(h('p', { class: 'pline t-yellow' }, say('没有取到这个版本，请重试。', 'The version could not be read; try again.')));
    }
  }

  /** Compares with the text at `url`, called `name`. */
  async function with_(url, name) {
    const answer = await fetch(url, { credentials: 'same-origin' });
    if (!answer.ok) return;
    clear();
    choice.value = '';
    draw(differences(await answer.text(), await read()), [say(`与${name}相比`, `Compared with ${name}`)]);
  }

  function draw(elements, summary) {
    clear = mark(viewer, elements);
    result.replaceChildren(...[summary.map(line => h('p', { class: 'pline' }, line)),
      elements.length ? listed(elements, one => select(one, true)) : summary.length ? [] : h('p', { class: 'pline' }, say('没有差异。', 'No difference.'))].flat());
  }

  return { id: 'compare', label: say('版本对比', 'Compare'), build, hide: () => clear(), show: () => choice?.value && against(choice.value), against: with_ };
}
