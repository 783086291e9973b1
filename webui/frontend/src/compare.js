// Two versions beside each other: both canvases move in step, and what differs is marked on each. The words stand below as HTML.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import '../styles/canvas.css';
import { send } from './http.js';
import { openXml } from './studio/opening.js';
import { describe, fit, options, reveal } from './studio/viewing.js';
import { differences } from './studio/difference.js';
import { mark } from './studio/marks.js';
import { say } from './studio/words.js';

const root = document.querySelector('[data-compare]');
if (root) start().catch(error => {
  console.warn(error);
  const note = Object.assign(document.createElement('p'), { className: 'note warn', textContent: say('流程图未能载入，请看下面的文字。', 'The drawings could not be loaded; read the words below.') });
  note.setAttribute('role', 'status');
  root.prepend(note);
});

async function start() {
  const boards = [...root.querySelectorAll('[data-xml-url]')];
  const texts = await Promise.all(boards.map(async board => {
    const answer = await fetch(board.dataset.xmlUrl, { credentials: 'same-origin' });
    if (!answer.ok) throw new Error(`drawing: ${answer.status}`);
    return answer.text();
  }));
  const viewers = boards.map(board => new NavigatedViewer({ ...options(board), zoomScroll: { enabled: false } }));
  for (const [index, viewer] of viewers.entries()) {
    await openXml(viewer, texts[index]);
    describe(viewer, boards[index], boards[index].dataset.label);
  }
  const found = root.dataset.differencesUrl ? await send('GET', root.dataset.differencesUrl).then(answer => answer.elements, () => null) : null;
  const elements = found ?? differences(...texts);
  mark(viewers[0], elements.filter(({ change }) => change !== 'added'));
  mark(viewers[1], elements.filter(({ change }) => change !== 'removed'));
  // Side by side, drawings as wide as ours would be too small to read.
  const { inner } = viewers[1].get('canvas').viewbox();
  boards[0].closest('.two')?.classList.toggle('over', inner.width > 2 * inner.height);
  viewers.forEach(viewer => viewer.get('canvas').resized());
  fit(viewers[1]);
  inStep(viewers);
  viewers[0].get('canvas').viewbox(viewers[1].get('canvas').viewbox());

  root.addEventListener('click', event => {
    const act = event.target.closest('[data-act]')?.dataset.act, canvas = viewers[1].get('canvas');
    if (act === 'fit') fit(viewers[1]);
    if (act === 'in' || act === 'out') canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * (act === 'in' ? 1.25 : 0.8))));
  });
  // A link of the list of words leads to its element on whichever drawing has it.
  document.addEventListener('click', event => {
    const id = event.target.closest('[data-element]')?.dataset.element;
    if (!id) return;
    event.preventDefault();
    const viewer = viewers.find(one => one.get('elementRegistry').get(id));
    for (const one of viewers) one.get('selection').select(one.get('elementRegistry').get(id) ?? null);
    if (viewer) { reveal(viewer, viewer.get('elementRegistry').get(id)); root.scrollIntoView({ block: 'nearest' }); }
  });
  root.dataset.ready = '';
}

function inStep(viewers) {
  let leading = false;
  for (const [index, viewer] of viewers.entries()) {
    viewer.on('canvas.viewbox.changed', ({ viewbox: { x, y, scale } }) => {
      if (leading) return;
      leading = true;
      const canvas = viewers[1 - index].get('canvas'), { outer } = canvas.viewbox();
      canvas.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
      leading = false;
    });
  }
}
