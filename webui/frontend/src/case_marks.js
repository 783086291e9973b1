// The life of one case on its drawing: path taken, steps done, live tokens, what is late.
import { isFrame, isNode, mark } from './drawing.js';
import { pathTaken } from './path.js';

/** data: visits and tokens of the case. Answers the ids of the elements to look at first. */
export function paintCase(host, viewer, { visits, tokens }) {
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
      if (held) tokenMark(host, viewer, element, held);
      else if (done.has(element.id) && element.width >= 60) doneMark(viewer, element);
    }
  }
  return tokens.map(token => token.node_id);
}

// Arrow heads are drawn in the colour of their line, so the line is drawn again in the new one.
function recolour(viewer, element, colour) {
  element.di.set('bioc:stroke', colour);
  viewer.get('graphicsFactory').update('connection', element, viewer.get('elementRegistry').getGraphics(element));
}

function tokenMark(host, viewer, element, held) {
  const late = Math.max(...held.map(token => token.late_days));
  const pill = document.createElement('div');
  pill.className = late > 0 ? 'pill late' : 'pill';
  pill.textContent = held[0].label + (held.length > 1 ? ` +${held.length - 1}` : '')
    + (late > 0 ? ` · ${host.dataset.late.replace('{n}', late)}` : '');
  mark(viewer, element, { top: -13, left: element.width / 2 }, pill);
}

function doneMark(viewer, element) {
  const box = document.createElement('div');
  box.className = 'okmark';
  const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'), tick = document.createElementNS(ns, 'path');
  svg.setAttribute('viewBox', '0 0 18 18');
  tick.setAttribute('d', 'm5 9.3 2.8 2.9 5.2-5.8');
  svg.append(tick);
  box.append(svg);
  mark(viewer, element, { top: -8, right: 12 }, box);
}
