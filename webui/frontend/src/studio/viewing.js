// What every canvas of the analysts has in common: our colours and fonts, our language, our attributes.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import '../../styles/diagram.css';
import { cxModdle } from './cx.js';
import { translator } from '../i18n/translate.js';
import dictionary from '../i18n/modeler.zh.js';

export const translate = translator(dictionary);

/** Options of a bpmn-js canvas in `container`. */
export function options(container, modules = []) {
  const fontFamily = getComputedStyle(document.body).fontFamily;
  return {
    container,
    // Variables, not colours: a change of theme recolours the drawing without drawing it again.
    bpmnRenderer: { defaultFillColor: 'var(--surface)', defaultStrokeColor: 'var(--ink)' },
    // The text is measured on a canvas, which knows no CSS variables. Sizes are those for which drawings place their labels.
    textRenderer: { defaultStyle: { fontFamily, fontSize: 12 }, externalStyle: { fontSize: 11 } },
    moddleExtensions: { cx: cxModdle },
    additionalModules: [{ translate: ['value', translate] }, ...modules]
  };
}

/** As large as fits, never larger than drawn; where that is below `smallest`, at that scale from the beginning of the drawing. */
export function fit(viewer, room = 24, smallest = 0) {
  const canvas = viewer.get('canvas');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const all = Math.min(1, (outer.width - 2 * room) / inner.width, (outer.height - 2 * room) / inner.height), scale = Math.max(all, smallest);
  const width = outer.width / scale, height = outer.height / scale, margin = room / scale;
  const begin = (from, length, size) => (length + 2 * margin > size ? from - margin : from - (size - length) / 2);
  canvas.viewbox({ x: begin(inner.x, inner.width, width), y: begin(inner.y, inner.height, height), width, height });
}

/** Chooses the element that the address names (`#Task_1`), now and whenever a link on the page names another. */
export function follow(select) {
  const go = () => {
    let wanted = location.hash.slice(1);
    try { wanted = decodeURIComponent(wanted); } catch { return; }
    if (!wanted) return;
    document.querySelector('dialog[open]')?.close();
    select(wanted, true);
  };
  addEventListener('hashchange', go);
  go();
}

/** Brings an element into sight without changing the scale. */
export function reveal(viewer, element) {
  if (!element) return;
  viewer.get('canvas').scrollToElement(element, { top: 60, right: 80, bottom: 60, left: 80 });
}

/** The picture is an image to a screen reader; its equals are the lists beside it. */
export function describe(viewer, container, label) {
  const picture = container.querySelector('svg[tabindex]') ?? container.querySelector('.djs-container svg');
  picture?.setAttribute('aria-label', label);
  picture?.setAttribute('role', 'img');
}
