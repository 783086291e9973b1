// A diagram is stored in Chinese with English beside it (cx:name-en). An English reader draws in English: on the way in the
// two change places, on the way out they change back, so that neither language is ever lost.
import { chinese } from '../i18n/translate.js';
import flows from '../i18n/flows.en.js';

const CX = 'urn:changxiao:bpmn:1';
const kept = new Map(); // id → { shown, stored }: names that have their English elsewhere
const widened = new Map(); // id in the drawing → { width, by }: labels that were sized for a few Chinese characters
const ROOM = 84; // for English beside of its shape

/** The text to put on the canvas. */
export function shown(xml) {
  if (chinese) return xml;
  return changed(xml, drawing => {
    kept.clear();
    widened.clear();
    for (const bounds of labels(drawing)) widen(bounds);
    for (const element of drawing.querySelectorAll('[id]')) {
      const name = element.getAttribute('name'), english = element.getAttributeNS(CX, 'name-en');
      const other = english ? null : element.localName === 'participant'
        ? byId(drawing, element.getAttribute('processRef'))?.getAttributeNS(CX, 'name-en') : flows[name];
      if (english && name) exchange(element);
      else if (other) { kept.set(element.id, { shown: other, stored: name }); element.setAttribute('name', other); }
    }
  });
}

/** The text to send to the server, from what the canvas gives. */
export function stored(xml) {
  if (chinese) return xml;
  return changed(xml, drawing => {
    for (const bounds of labels(drawing)) narrow(bounds);
    for (const element of drawing.querySelectorAll('[id]')) {
      const before = kept.get(element.id);
      if (before && element.getAttribute('name') === before.shown) element.setAttribute('name', before.stored);
      else if (element.getAttribute('name') && element.getAttributeNS(CX, 'name-en')) exchange(element);
    }
  });
}

const byId = (drawing, id) => (id ? drawing.querySelector(`[id="${CSS.escape(id)}"]`) : null);

const labels = drawing => drawing.querySelectorAll('BPMNLabel > Bounds');
const owner = bounds => bounds.parentElement.parentElement.id;
const set = (bounds, width, by) => {
  bounds.setAttribute('x', Number(bounds.getAttribute('x')) + by);
  bounds.setAttribute('width', width);
};

function widen(bounds) {
  const width = Number(bounds.getAttribute('width'));
  if (width >= ROOM) return;
  widened.set(owner(bounds), { width, by: (ROOM - width) / 2 });
  set(bounds, ROOM, -(ROOM - width) / 2);
}

// A label that was given another size since keeps it.
function narrow(bounds) {
  const before = widened.get(owner(bounds));
  if (before && Number(bounds.getAttribute('width')) === ROOM) set(bounds, before.width, before.by);
}

function exchange(element) {
  const name = element.getAttribute('name'), english = element.getAttributeNS(CX, 'name-en');
  element.setAttribute('name', english);
  element.setAttributeNS(CX, 'cx:name-en', name);
}

function changed(xml, change) {
  const drawing = new DOMParser().parseFromString(xml, 'application/xml');
  if (drawing.querySelector('parsererror')) return xml; // whoever imports it says what is wrong, and where
  change(drawing);
  return new XMLSerializer().serializeToString(drawing);
}
