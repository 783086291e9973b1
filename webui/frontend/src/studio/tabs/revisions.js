// 修订: everything that was saved, to look at and to bring back. Restoring is a save like any other: it can be taken back.
import { send } from '../../http.js';
import { ask, h } from '../dom.js';
import { moment, say, size } from '../words.js';

export function revisionsTab({ id, editable, keeping, replace, compare, tell }) {
  let body = null;

  async function show() {
    if (!body.childElementCount) body.replaceChildren(h('p', { class: 'pline muted' }, say('正在载入…', 'Loading…')));
    try {
      await keeping?.save();
      draw((await send('GET', `/api/v1/designs/${id}/revisions`)).items);
    } catch {
      body.replaceChildren(h('p', { class: 'pline t-yellow' }, say('暂时无法读取修订，请检查网络后再打开本页签。', 'Revisions cannot be read now; check the network and open this tab again.')));
    }
  }

  function draw(items) {
    const action = (label, act) => h('button', { type: 'button', class: 'btn sm quiet', onclick: act }, label);
    body.replaceChildren(h('div', { class: 'scroll' }, h('table', { class: 'tb dense flat' },
      h('thead', {}, h('tr', {}, [say('修订', 'Revision'), say('保存时间', 'Saved'), say('保存人', 'By'), say('大小', 'Size'), ''].map(word => h('th', { scope: 'col' }, word || h('span', { class: 'sr' }, say('操作', 'Actions')))))),
      h('tbody', {}, items.map(item => h('tr', { class: item.current ? 'on' : '' },
        h('th', { scope: 'row' }, String(item.rev), item.current ? h('span', { class: 'tag acc' }, say('当前', 'current')) : null, item.beside !== null && item.beside !== undefined ? h('span', { class: 'tag' }, say(`未采用，另存于修订 ${item.beside} 旁`, `kept beside ${item.beside}`)) : null),
        h('td', {}, moment(item.saved_at)), h('td', {}, item.by.name), h('td', { class: 'nw' }, size(item.size_bytes)),
        h('td', { class: 'r nw' }, item.current ? null : [action(say('对比', 'Compare'), () => compare(`/api/v1/designs/${id}/revisions/${item.rev}/xml`, say(`修订 ${item.rev}`, `revision ${item.rev}`))), editable ? action(say('恢复', 'Restore'), () => restore(item)) : null])))))));
  }

  async function restore(item) {
    const words = say(`画布将换成修订 ${item.rev}（${moment(item.saved_at)}）的内容。现在的内容已保存为修订，可以再恢复回来。`, `The canvas becomes revision ${item.rev} (${moment(item.saved_at)}). What is there now stays as a revision.`);
    if (await ask(say('恢复修订', 'Restore a revision'), [words], [['', say('取消', 'Cancel')], ['yes', say('恢复', 'Restore')]]) !== 'yes') return;
    const answer = await fetch(`/api/v1/designs/${id}/revisions/${item.rev}/xml`, { credentials: 'same-origin' });
    if (!answer.ok) { tell(say('没有取到这一修订，请重试。', 'The revision could not be read; try again.')); return; }
    await replace(await answer.text());
    await keeping.save();
    show();
  }

  return { id: 'revisions', label: say('修订', 'Revisions'), build: element => { body = element; }, show };
}
