// A published version to read: the drawing with the properties of every element, and its equal as a list.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '../styles/canvas.css';
import { openXml } from './studio/opening.js';
import { describe, fit, follow, options, reveal } from './studio/viewing.js';
import { properties } from './studio/properties/index.js';
import { loadChoices } from './studio/properties/choices.js';
import { outlineTab } from './studio/tabs/outline.js';
import { panel } from './studio/tabs/panel.js';
import { xmlTab } from './studio/tabs/xml.js';
import { banners } from './studio/banners.js';
import { say } from './studio/words.js';

const root = document.querySelector('[data-version]');
const part = name => root.querySelector(`[data-${name}]`);
if (root) start().catch(error => { console.warn(error); banners(root).show('err', say('流程图未能载入，请刷新页面重试。', 'The drawing could not be loaded; reload the page.')); });

async function start() {
  const [answer, choices] = await Promise.all([fetch(root.dataset.xmlUrl, { credentials: 'same-origin' }), loadChoices()]);
  if (!answer.ok) throw new Error(`drawing: ${answer.status}`);
  const xml = await answer.text(), viewer = new NavigatedViewer({ ...options(part('canvas')), zoomScroll: { enabled: false } });
  const props = properties({ viewer, host: part('props'), editable: false, choices, tell: () => {} });
  const select = (id, focus) => {
    const shape = viewer.get('elementRegistry').get(id);
    if (!shape) return;
    viewer.get('selection').select(shape);
    if (focus) reveal(viewer, shape);
  };
  await openXml(viewer, xml);
  fit(viewer, 24, 0.75);
  describe(viewer, part('canvas'), root.dataset.label);
  const shared = { viewer, editable: false, select, toProperties: props.focus, file: `${root.dataset.processKey}.bpmn`, read: async () => xml };
  panel(part('panel'), [outlineTab(shared), xmlTab(shared)]);
  root.addEventListener('click', event => {
    const act = event.target.closest('[data-act]')?.dataset.act, canvas = viewer.get('canvas');
    if (act === 'fit') fit(viewer);
    if (act === 'in' || act === 'out') canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * (act === 'in' ? 1.25 : 0.8))));
  });
  props.draw();
  follow(select);
  root.dataset.ready = '';
}
