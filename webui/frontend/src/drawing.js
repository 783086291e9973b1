// A drawing in its place on the page: loaded, in the reader's language, moved and zoomed, with its equals beside it.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../styles/diagram.css';
import { chinese, translator } from './i18n/translate.js';
import { withDrawing } from './layout.js';
import dictionary from './i18n/bpmn.zh.js';
import flows from './i18n/flows.en.js';

const smallest = 0.92; // below this scale the texts of the boxes are hard to read: pan instead

/** Draws into `host` what its data-xml-url names, and answers the viewer. */
export async function draw(host) {
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
  await viewer.importXML(await withDrawing(xml));
  return viewer;
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

/** Says in words that there is no picture; its equals stay. */
export function fail(host, error) {
  console.warn(error);
  host.hidden = true;
  const note = Object.assign(document.createElement('p'), { className: 'note warn', textContent: host.dataset.failed });
  note.setAttribute('role', 'status');
  host.before(note);
}

// What happens inside of an open frame is marked there: the frame itself would drown it in colour.
export const isFrame = element => Boolean(element) && element.type === 'bpmn:SubProcess' && !element.collapsed;

export const isNode = element => element.businessObject.$instanceOf('bpmn:FlowNode');

// As large as fits the width; where that would be too small to read, at reading size around what is wanted.
/** focus: ids of elements, the most wanted first. */
export function place(host, viewer, focus) {
  const canvas = viewer.get('canvas'), inner = canvas.viewbox().inner, room = host.clientWidth - 32;
  const scale = Math.max(Math.min(1, room / inner.width), smallest), margin = 20 / scale;
  const tallest = innerWidth > 760 ? 700 : Math.max(300, innerHeight * 0.62);
  host.style.height = `${Math.round(Math.min(tallest, Math.max(240, inner.height * scale + 64)))}px`;
  canvas.resized();
  const width = host.clientWidth / scale, height = host.clientHeight / scale;
  const live = focus.map(id => viewer.get('elementRegistry').get(id)).find(node => node && !isFrame(node));
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

/** Buttons for zoom, and for the list, the table and the text that are the equals of the picture. */
export function controls(host, viewer, focus) {
  const canvas = viewer.get('canvas'), card = host.closest('[data-picture]');
  const tools = card.querySelector('[data-diagram-tools]'), legend = card.querySelector('[data-legend]');
  const views = [...card.querySelectorAll('[data-view]')], buttons = [...card.querySelectorAll('[data-show]')];
  const show = wanted => {
    for (const view of views) view.hidden = view.dataset.view !== wanted;
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.show === wanted));
    host.hidden = wanted !== 'picture';
    if (legend) legend.hidden = host.hidden;
    for (const zoom of tools.querySelectorAll('[data-zoom]')) zoom.hidden = host.hidden;
    if (!host.hidden) place(host, viewer, focus);
  };
  tools.hidden = false;
  show('picture');
  tools.addEventListener('click', event => {
    const { zoom, show: wanted } = event.target.closest('button')?.dataset ?? {};
    if (wanted) show(wanted);
    else if (zoom === 'fit') canvas.zoom('fit-viewport', 'auto');
    else if (zoom) canvas.zoom(Math.min(2.5, Math.max(0.25, canvas.zoom() * (zoom === 'in' ? 1.25 : 0.8))));
  });
  const picture = host.querySelector('svg[tabindex]');
  picture?.setAttribute('aria-label', host.getAttribute('aria-label'));
  picture?.setAttribute('role', 'img');
  pan(host, canvas);
  if (!chinese) host.setAttribute('lang', 'en');
  addEventListener('resize', () => { if (!host.hidden) place(host, viewer, focus); });
}

/** A mark on an element: text in a span of its own class. */
export function mark(viewer, element, position, html) {
  viewer.get('overlays').add(element, { position, html });
}

// diagram-js moves the canvas by mouse only. A finger moves it sideways; up and down it scrolls the page.
function pan(host, canvas) {
  let last = null;
  host.addEventListener('pointerdown', event => { if (event.pointerType === 'touch') last = event.clientX; });
  host.addEventListener('pointermove', event => {
    if (last === null || event.pointerType !== 'touch') return;
    canvas.scroll({ dx: event.clientX - last, dy: 0 });
    last = event.clientX;
  });
  for (const end of ['pointerup', 'pointercancel']) host.addEventListener(end, () => { last = null; });
}
