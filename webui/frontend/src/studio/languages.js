// A diagram is stored in Chinese with English beside it (cx:name-en). An English reader draws in English: on the way in the
// two change places, on the way out they change back, so that neither language is ever lost.
import { chinese } from '../i18n/translate.js';
import flows from '../i18n/flows.en.js';

const CX = 'urn:changxiao:bpmn:1';
const kept = new Map(); // id → { shown, stored }: names that have their English elsewhere

/** The text to put on the canvas. */
export function shown(xml) {
  if (chinese) return xml;
  return changed(xml, drawing => {
    kept.clear();
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
    for (const element of drawing.querySelectorAll('[id]')) {
      const before = kept.get(element.id);
      if (before && element.getAttribute('name') === before.shown) element.setAttribute('name', before.stored);
      else if (element.getAttribute('name') && element.getAttributeNS(CX, 'name-en')) exchange(element);
    }
  });
}

const byId = (drawing, id) => (id ? drawing.querySelector(`[id="${CSS.escape(id)}"]`) : null);

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
