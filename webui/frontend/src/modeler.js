// 流程设计, the drawing board: puts canvas, palette, properties and the panel below together, and keeps the draft.
import { isDrawn } from './layout.js';
import { Problem, send } from './http.js';
import { ask, h } from './studio/dom.js';
import { clock, say } from './studio/words.js';
import { makeCanvas } from './studio/canvas.js';
import { buildPalette } from './studio/palette.js';
import { Keeping } from './studio/keeping.js';
import { openXml, readXml } from './studio/opening.js';
import { describe, fit, follow, reveal } from './studio/viewing.js';
import { properties } from './studio/properties/index.js';
import { loadChoices } from './studio/properties/choices.js';
import { panel as makePanel } from './studio/tabs/panel.js';
import { lintTab } from './studio/tabs/lint.js';
import { outlineTab } from './studio/tabs/outline.js';
import { simulateTab } from './studio/tabs/simulate.js';
import { trialTab } from './studio/tabs/trial.js';
import { compareTab } from './studio/tabs/compare.js';
import { misplaced, xmlTab } from './studio/tabs/xml.js';
import { revisionsTab } from './studio/tabs/revisions.js';
import { differences } from './studio/difference.js';
import { listed } from './studio/marks.js';
import { bindKeys } from './studio/keys.js';
import { exporting } from './studio/exporting.js';
import '../styles/canvas.css';
import { tools } from './studio/tools.js';
import { banners } from './studio/banners.js';

const readable = 0.75; // below this scale the names are hard to read: the drawing opens at its beginning instead
const root = document.querySelector('[data-studio]');
const part = name => root.querySelector(`[data-${name}]`);
if (root) start().catch(error => { console.warn(error); banners(root).show('err', say('流程图未能载入，请刷新页面重试。', 'The drawing could not be loaded; reload the page.')); });

async function start() {
  const { designId: id, processKey, basedOn, state: condition } = root.dataset;
  const notes = banners(root), file = `${processKey}.bpmn`;
  const wide = matchMedia('(min-width: 1024px)').matches;
  const keeping = new Keeping({ id, rev: 0, read: () => read(), events: { state: shown => saying(shown), conflict: problem => conflict(problem), lost: problem => lost(problem) } });
  const editable = wide && condition === 'editing' && await holding();
  const [text, choices] = await Promise.all([fetchText(`/api/v1/designs/${id}/xml`), loadChoices()]);
  keeping.rev = text.rev;

  const viewer = makeCanvas(part('canvas'), editable), get = name => viewer.get(name);
  const read = () => readXml(viewer);
  const shapeOf = one => get('elementRegistry').get(one) ?? get('elementRegistry').find(shape => shape.businessObject?.processRef?.id === one);
  const select = (one, focus = false) => {
    const shape = shapeOf(one);
    if (!shape) return;
    get('selection').select(shape);
    if (focus || !inSight(shape)) reveal(viewer, shape);
  };
  const tell = words => { part('said').textContent = words; setTimeout(() => { if (part('said').textContent === words) part('said').textContent = ''; }, 8000); };
  const props = properties({ viewer, host: part('props'), editable, choices, tell });
  const stage = makeStage();
  const replace = async xml => { await load(xml); if (editable) keeping.changed(); };
  let panel = null;
  const shared = { viewer, id, processKey, basedOn, editable, file, read, replace, select, shapeOf, keeping: editable ? keeping : null, tell, stage, toProperties: props.focus, panel: () => panel };
  const lint = lintTab(shared), outline = outlineTab(shared), simulation = simulateTab(shared), compare = compareTab(shared);
  const revisions = revisionsTab({ ...shared, compare: (url, name) => { panel.open('compare'); compare.against(url, name); } });

  await load(text.xml);
  if (!isDrawn(text.xml)) tell(say('文件没有图形信息，已自动排版；修改保存后一并保留。', 'The file holds no drawing and was laid out; saving a change keeps the layout.'));
  panel = makePanel(part('panel'), [lint, outline, simulation, trialTab(shared), compare, xmlTab(shared), revisions]);
  if (editable) {
    buildPalette(part('palette'), viewer);
    viewer.on('commandStack.changed', () => keeping.changed());
    await recover();
  } else part('palette').hidden = true;
  const exported = exporting({ viewer, file, read });
  tools(root, { ...shared, lint, simulation, panel, exported, importFile, publish, save: () => keeping.save() });
  bindKeys(root, { ...shared, outline, save: () => { keeping.save(); lint.check(); } });
  follow(select);
  root.dataset.ready = '';

  function load(xml) {
    return openXml(viewer, xml).then(() => { fit(viewer, 28, readable); describe(viewer, part('canvas'), root.dataset.label); });
  }

  function inSight(shape) {
    const { x, y, width, height } = get('canvas').viewbox();
    return shape.x >= x && shape.y >= y && (shape.x + (shape.width ?? 0)) <= x + width && (shape.y + (shape.height ?? 0)) <= y + height;
  }

  // While something plays on its own canvas, ours lies below it.
  function makeStage() {
    const over = part('stage');
    return {
      open: () => { get('selection').select(null); over.replaceChildren(); over.hidden = false; part('canvas').inert = true; part('palette').inert = true; over.focus(); return over; },
      close: () => { over.hidden = true; part('canvas').inert = false; part('palette').inert = false; }
    };
  }

  async function holding() {
    try { await keeping.hold(); return true; } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'design_locked') notes.locked(error.facts, takeOver);
      else notes.show('warn', error.detail);
      return false;
    }
  }

  async function takeOver() {
    try { await send('POST', `/api/v1/designs/${id}/lock`, { take_over: true }); location.reload(); } catch (error) {
      if (error.code === 'design_locked') notes.locked(error.facts, takeOver);
      else notes.show('warn', error.detail || say('网络中断，请稍后再试。', 'The connection is lost; try again later.'));
    }
  }

  function saying({ kind, at, kept, text: words }) {
    const line = part('saved'), said = {
      dirty: say('有改动，即将保存', 'Changed, to be saved'), saving: say('正在保存…', 'Saving…'), saved: say(`已保存 ${clock(at)}`, `Saved at ${clock(at)}`),
      offline: kept ? say('未保存：连接中断，已存本机', 'Not saved: no connection; kept on this machine') : say('未保存：连接中断', 'Not saved: no connection'),
      failed: say('未保存：服务暂时不可用，将自动重试', 'Not saved: the service is not available; it is tried again'), refused: words
    }[kind];
    line.textContent = said;
    line.dataset.kind = kind;
  }

  // What this machine kept because the connection was cut.
  async function recover() {
    const kept = keeping.kept();
    if (!kept || misplaced(kept.xml)) return keeping.forget();
    if (kept.xml === text.xml) return keeping.forget();
    if (kept.rev === text.rev) {
      await replace(kept.xml);
      notes.show('info', say(`已恢复本机在 ${clock(kept.at)} 保存的改动，正在送回。`, `What this machine kept at ${clock(kept.at)} is back and is being sent.`));
      return keeping.save();
    }
    return choose(kept.xml, say('连接中断期间，草稿在别处有了新的保存', 'The draft was saved elsewhere while the connection was cut'));
  }

  async function conflict(problem) {
    const { name = '', rev } = problem.facts;
    await choose(await read(), say(`${name}保存了新的修订 ${rev}，你的内容没有覆盖它，也没有丢失`, `${name} saved revision ${rev}; yours did not replace it, and is not lost`));
  }

  // Two texts: shows what differs, and lets the reader say which goes on.
  async function choose(mine, title) {
    const theirs = await fetchText(`/api/v1/designs/${id}/xml`), found = differences(theirs.xml, mine);
    const words = [say('下面是你的内容相对已保存内容的差异。选“采用我的”会在其后另存一个修订；选“采用已保存的”，你的内容仍可在“修订”中找到。', 'Below is what differs in yours. "Use mine" saves it as a further revision; with "Use what is saved" yours stays among the revisions.'), h('div', { class: 'scroll short' }, found.length ? listed(found, () => {}) : say('没有差异。', 'No difference.'))];
    const answer = await ask(title, words, [['theirs', say('采用已保存的', 'Use what is saved')], ['mine', say('采用我的', 'Use mine')]]);
    keeping.forget();
    keeping.stopped = false;
    keeping.rev = theirs.rev;
    keeping.saved = keeping.changes;
    await load(answer === 'mine' ? mine : theirs.xml);
    if (!keeping.holding) await keeping.hold().catch(error => lost(error));
    if (answer === 'mine') { keeping.changed(); await keeping.save(); } else saying({ kind: 'saved', at: theirs.at });
  }

  function lost(problem) {
    notes.locked(problem.facts, takeOver, say('你的编辑已中断，之后的改动存在本机，接手后可以恢复。', 'Your editing was interrupted; what came after is kept on this machine and can be brought back.'));
    part('palette').inert = true;
    part('canvas').inert = true;
  }

  async function importFile(chosen) {
    const xml = await chosen.text(), place = misplaced(xml);
    if (place) { notes.show('err', say(`未导入“${chosen.name}”：${place.text}`, `"${chosen.name}" was not imported. ${place.text}`)); return; }
    const before = await read();
    try {
      await replace(xml);
      notes.show('info', say(`已导入“${chosen.name}”。导入前的内容在“修订”中。`, `"${chosen.name}" is imported. What was there before is among the revisions.`));
    } catch (error) {
      await load(before);
      notes.show('err', say(`未导入“${chosen.name}”：${error.message}`, `"${chosen.name}" was not imported: ${error.message}`));
    }
  }

  async function publish() {
    await keeping.save();
    if (keeping.dirty) return notes.show('warn', say('草稿还没有保存，保存后才能发布。', 'The draft is not saved yet; it is published once it is.'));
    location.assign(`/design/publish/${id}`);
  }
}

async function fetchText(url) {
  const answer = await fetch(url, { credentials: 'same-origin' });
  if (!answer.ok) throw new Problem(answer.status, {});
  return { xml: await answer.text(), rev: Number((answer.headers.get('ETag') ?? '').replace(/\D/g, '')), at: null };
}
