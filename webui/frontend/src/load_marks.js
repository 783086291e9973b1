// The load of a process on its drawing: how many cases stand where, how many are late, and how long they stay.
import { mark } from './drawing.js';

/**
 * data.elements: {id, open, late, heat, dwell, label, href, ladder, change, target}. An element that has something is a link to its
 * cases, for the mouse wherever it is hit and for the keyboard by its numbers.
 */
export function paintLoad(host, viewer, { elements }) {
  const registry = viewer.get('elementRegistry'), canvas = viewer.get('canvas'), links = new Map();
  for (const element of registry.getAll()) if (/Lane$|Participant$/.test(element.type)) canvas.addMarker(element, 'lane');
  for (const facts of elements) {
    const element = registry.get(facts.id);
    if (!element) continue;
    if (facts.heat) canvas.addMarker(element, `heat${facts.heat}`);
    if (facts.change) canvas.addMarker(element, `is-${facts.change}`);
    if (facts.current) canvas.addMarker(element, 'chosen');
    if (facts.target) canvas.addMarker(element, 'target');
    if (facts.open) mark(viewer, element, { top: -14, left: -10 }, numbers(facts, element.width + 20));
    if (facts.dwell && element.width >= 60) mark(viewer, element, { bottom: 11, left: element.width / 2 }, span('dwell', facts.dwell));
    if (facts.ladder) mark(viewer, element, { top: 5, right: 21 }, ladderClock());
    if (facts.href) links.set(element.id, facts.href);
    for (const gfx of facts.href ? [canvas.getGraphics(element)] : []) gfx.classList.add('leads');
  }
  viewer.on('element.click', ({ element }) => {
    const href = links.get(element.labelTarget?.id ?? element.id);
    if (href) location.assign(href);
  });
  return [...elements].sort((one, two) => two.late - one.late || two.open - one.open).map(facts => facts.id);
}

function span(name, text) {
  return Object.assign(document.createElement('span'), { className: name, textContent: text });
}

function numbers({ open, lateLabel, label, href }, width) {
  const link = document.createElement('a');
  link.className = 'load';
  link.href = href;
  link.setAttribute('aria-label', label);
  link.append(span('pill', String(open)));
  if (lateLabel) link.append(span('pill late', lateLabel));
  link.dataset.width = width > 90 ? 'box' : 'dot';
  return link;
}

// A clock on the border: a ladder is declared on the task.
function ladderClock() {
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'bti');
  svg.setAttribute('aria-hidden', 'true');
  const ring = document.createElementNS(ns, 'circle'), hands = document.createElementNS(ns, 'path');
  for (const [name, value] of [['cx', 10], ['cy', 10], ['r', 8.5]]) ring.setAttribute(name, value);
  hands.setAttribute('d', 'M10 5.5v4.8h3.4');
  svg.append(ring, hands);
  const box = document.createElement('div');
  box.append(svg);
  return box;
}
