// Marks of a comparison on a canvas, by shape, word and colour; and the same as a list.
import { h } from './dom.js';
import { say } from './words.js';

export const changes = {
  added: ['add', () => say('新增', 'Added')], removed: ['del', () => say('删除', 'Removed')],
  changed: ['mod', () => say('修改', 'Changed')], moved: ['mov', () => say('移动', 'Moved')]
};

/** Marks what differs; elements that are not on this canvas are left to the list. Returns a function that takes the marks away. */
export function mark(viewer, elements) {
  const registry = viewer.get('elementRegistry'), canvas = viewer.get('canvas'), overlays = viewer.get('overlays');
  const marked = [];
  overlays.remove({ type: 'difference' });
  for (const { id, change } of elements) {
    const shape = registry.get(id);
    // A pool that has only grown would drown in its colour what has changed inside.
    if (!shape?.parent || !changes[change] || change === 'moved' && /Lane|Participant/.test(shape.type)) continue;
    const [look, word] = changes[change];
    canvas.addMarker(shape, `diff-${look}`);
    marked.push([shape.id, `diff-${look}`]);
    if (!shape.waypoints && !/Lane|Participant/.test(shape.type)) {
      overlays.add(shape, 'difference', { position: { top: -12, right: 22 }, html: h('span', { class: `dm ${look}` }, word()) });
    }
  }
  return () => {
    overlays.remove({ type: 'difference' });
    for (const [id, look] of marked) if (registry.get(id)) canvas.removeMarker(id, look);
  };
}

/** The list of what differs, what was only moved folded away. lead(id): brings an element into sight. */
export function listed(elements, lead) {
  const moved = elements.filter(({ change }) => change === 'moved'), others = elements.filter(({ change }) => change !== 'moved');
  return [rows(others, lead), moved.length ? h('details', { class: 'pline' }, h('summary', {}, say(`只移动了位置的 ${moved.length} 处`, `${moved.length} only moved`)), rows(moved, lead)) : null].filter(Boolean);
}

const rows = (elements, lead) => h('ul', { class: 'ls df' }, elements.map(({ id, name, change, words }) => {
  const [look, word] = changes[change] ?? ['mod', () => change];
  return h('li', {}, h('span', { class: `dm ${look}` }, word()), h('div', {},
    h('a', { href: '#canvas', onclick: event => { event.preventDefault(); lead(id); } }, name || id),
    words.map(line => h('p', { class: 'muted small' }, line))));
}));
