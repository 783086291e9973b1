// The process drawing of one case: path taken, steps done, live tokens, what is late. Read-only.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../styles/diagram.css';
import { pathTaken } from './path.js';
import { chinese, translator } from './i18n/translate.js';
import dictionary from './i18n/bpmn.zh.js';
import flows from './i18n/flows.en.js';

const host = document.querySelector('[data-diagram]');
const list = document.getElementById('diagram-list');
const smallest = 0.92; // below this scale the texts of the boxes are hard to read: pan instead

if (host) start().catch(error => fail(error));

async function start() {
  const { visits, tokens } = JSON.parse(document.getElementById('diagram-data').textContent);
  const answer = await fetch(host.dataset.xmlUrl, { headers: { Accept: 'application/xml' }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`drawing: ${answer.status}`);
  const xml = readable(await answer.text());
  host.hidden = false;
  const viewer = new NavigatedViewer({
    container: host,
    // Variables, not colours: a change of theme recolours the drawing without drawing it again.
    bpmnRenderer: { defaultFillColor: 'var(--surface)', defaultStrokeColor: 'var(--ink-2)', defaultLabelColor: 'var(--ink)' },
    // The text is measured on a canvas, which knows no CSS variables.
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 }, externalStyle: { fontSize: 12 } },
    zoomScroll: { enabled: false }, // the wheel belongs to the page
    additionalModules: [{ translate: ['value', translator(dictionary)] }]
  });
  await viewer.importXML(xml);
  paint(viewer, visits, tokens);
  place(viewer, tokens);
  controls(viewer, tokens);
}

const nameIn = element => element?.getAttributeNS('urn:changxiao:bpmn:1', 'name-en');

// The drawing is stored in Chinese with the English name beside it, as an attribute of our namespace; labels outside of
// their shapes were sized for a smaller font, and in Chinese.
function readable(xml) {
  const drawing = new DOMParser().parseFromString(xml, 'application/xml');
  for (const element of chinese ? [] : drawing.querySelectorAll('*')) {
    const named = element.localName === 'participant' ? drawing.querySelector(`process[id="${CSS.escape(element.getAttribute('processRef'))}"]`) : element;
    const name = nameIn(named) || nameIn(element);
    const known = name || flows[element.getAttribute('name')];
    if (known) element.setAttribute('name', known);
  }
  for (const bounds of drawing.querySelectorAll('BPMNLabel > Bounds')) {
    const width = Number(bounds.getAttribute('width')), wider = Math.max(width * 1.3, chinese ? 0 : 84);
    bounds.setAttribute('x', Number(bounds.getAttribute('x')) - (wider - width) / 2);
    bounds.setAttribute('width', wider);
  }
  return new XMLSerializer().serializeToString(drawing);
}

function fail(error) {
  console.warn(error);
  host.hidden = true;
  const note = Object.assign(document.createElement('p'), { className: 'note warn', textContent: host.dataset.failed });
  note.setAttribute('role', 'status');
  host.before(note);
}

function paint(viewer, visits, tokens) {
  const registry = viewer.get('elementRegistry'), canvas = viewer.get('canvas');
  const { flows, done, reached } = pathTaken(visits, id => registry.get(id));
  const live = new Map();
  for (const token of tokens) live.set(token.node_id, [...(live.get(token.node_id) ?? []), token]);
  for (const element of registry.getAll()) {
    if (element.labelTarget || !element.parent) continue;
    if (element.waypoints) {
      if (element.type !== 'bpmn:SequenceFlow') continue;
      canvas.addMarker(element, flows.has(element.id) ? 'path' : 'todo');
      if (flows.has(element.id)) recolour(viewer, element, 'var(--ink)');
    } else if (/Lane$|Participant$/.test(element.type)) canvas.addMarker(element, 'lane');
    else if (isNode(element)) {
      const held = live.get(element.id);
      if (held && isFrame(element)) { canvas.addMarker(element, 'around'); continue; }
      if (held) canvas.addMarker(element, held.some(t => t.late_days > 0) ? 'late' : 'here');
      else if (done.has(element.id)) canvas.addMarker(element, 'done');
      else if (!reached.has(element.id)) canvas.addMarker(element, 'todo');
      if (held) tokenMark(viewer, element, held);
      else if (done.has(element.id) && element.width >= 60) doneMark(viewer, element);
    }
  }
}

// What happens inside of an open frame is marked there: the frame itself would drown it in colour.
const isFrame = element => Boolean(element) && element.type === 'bpmn:SubProcess' && !element.collapsed;

const isNode = element => element.businessObject.$instanceOf('bpmn:FlowNode');

// Arrow heads are drawn in the colour of their line, so the line is drawn again in the new one.
function recolour(viewer, element, colour) {
  element.di.set('bioc:stroke', colour);
  viewer.get('graphicsFactory').update('connection', element, viewer.get('elementRegistry').getGraphics(element));
}

function tokenMark(viewer, element, held) {
  const late = Math.max(...held.map(token => token.late_days));
  const pill = document.createElement('div');
  pill.className = late > 0 ? 'pill late' : 'pill';
  pill.textContent = held[0].label + (held.length > 1 ? ` +${held.length - 1}` : '')
    + (late > 0 ? ` · ${host.dataset.late.replace('{n}', late)}` : '');
  viewer.get('overlays').add(element, { position: { top: -13, left: element.width / 2 }, html: pill });
}

function doneMark(viewer, element) {
  const box = document.createElement('div');
  box.className = 'okmark';
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'), tick = document.createElementNS(ns, 'path');
  svg.setAttribute('viewBox', '0 0 18 18');
  tick.setAttribute('d', 'm5 9.3 2.8 2.9 5.2-5.8');
  svg.append(tick);
  box.append(svg);
  viewer.get('overlays').add(element, { position: { top: -8, right: 12 }, html: box });
}

// As large as fits the width; where that would be too small to read, at reading size around the live token.
function place(viewer, tokens) {
  const canvas = viewer.get('canvas'), inner = canvas.viewbox().inner, room = host.clientWidth - 32;
  const scale = Math.max(Math.min(1, room / inner.width), smallest), margin = 20 / scale;
  const tallest = innerWidth > 760 ? 700 : Math.max(300, innerHeight * 0.62);
  host.style.height = `${Math.round(Math.min(tallest, Math.max(240, inner.height * scale + 64)))}px`;
  canvas.resized();
  const width = host.clientWidth / scale, height = host.clientHeight / scale;
  const live = tokens.map(token => viewer.get('elementRegistry').get(token.node_id)).find(node => node && !isFrame(node));
  const x = start1d(inner.x, inner.width, width, live && live.x + live.width / 2, margin);
  const y = start1d(inner.y, inner.height + 44 / scale, height, live && live.y + live.height / 2, margin);
  canvas.viewbox({ x, y, width, height });
}

// Where the window of `size` begins along one side of the drawing: centred when all fits, else around `focus`.
function start1d(begin, length, size, focus, margin) {
  if (length + 2 * margin <= size) return begin - (size - length) / 2;
  if (length <= size) return begin - margin;
  const wanted = (focus ?? begin) - size / 2;
  return Math.min(Math.max(wanted, begin - margin), begin + length + margin - size);
}

function controls(viewer, tokens) {
  const canvas = viewer.get('canvas'), tools = document.querySelector('[data-diagram-tools]');
  const legend = document.querySelector('[data-legend]'), asList = document.querySelector('[data-as-list]');
  tools.hidden = legend.hidden = false;
  const showList = on => {
    list.hidden = !on; host.hidden = on; legend.hidden = on;
    asList.setAttribute('aria-pressed', String(on));
  };
  showList(false);
  asList.addEventListener('click', () => { showList(list.hidden); if (list.hidden) place(viewer, tokens); });
  tools.addEventListener('click', event => {
    const zoom = event.target.closest('[data-zoom]')?.dataset.zoom;
    if (zoom === 'fit') canvas.zoom('fit-viewport', 'auto');
    else if (zoom) canvas.zoom(Math.min(2.5, Math.max(0.25, canvas.zoom() * (zoom === 'in' ? 1.25 : 0.8))));
  });
  const picture = host.querySelector('svg[tabindex]');
  picture?.setAttribute('aria-label', host.getAttribute('aria-label'));
  picture?.setAttribute('role', 'img');
  pan(canvas);
  if (!chinese) host.setAttribute('lang', 'en');
  addEventListener('resize', () => { if (!host.hidden) place(viewer, tokens); });
}

// diagram-js moves the canvas by mouse only. A finger moves it sideways; up and down it scrolls the page.
function pan(canvas) {
  let last = null;
  host.addEventListener('pointerdown', event => { if (event.pointerType === 'touch') last = event.clientX; });
  host.addEventListener('pointermove', event => {
    if (last === null || event.pointerType !== 'touch') return;
    canvas.scroll({ dx: event.clientX - last, dy: 0 });
    last = event.clientX;
  });
  for (const end of ['pointerup', 'pointercancel']) host.addEventListener(end, () => { last = null; });
}
