// 元素清单: the drawing as a tree, its equal for everybody who does not use a mouse. Arrows move, Enter chooses and leads to the
// properties, F2 renames, Delete removes, A adds behind, letters search.
import { h, icon } from '../dom.js';
import { iconOf, kindOf, offered } from '../kinds.js';
import { say } from '../words.js';

export function outlineTab({ viewer, editable, select, toProperties }) {
  const registry = viewer.get('elementRegistry'), selection = viewer.get('selection');
  let body = null, tree = null, query = '', current = null;
  viewer.on('commandStack.changed', () => draw());
  viewer.on('import.done', () => draw());
  viewer.on('selection.changed', ({ newSelection: [chosen] }) => { current = chosen?.id ?? current; mark(); });

  function build(element) {
    body = element;
    tree = h('ul', { role: 'tree', class: 'outline', 'aria-label': say('元素清单', 'Elements'), onkeydown: keys });
    const search = h('input', { class: 'inp', type: 'search', placeholder: say('按名称、编号或类型查找', 'Find by name, id or kind'), 'aria-label': say('查找元素', 'Find an element'), oninput: event => { query = event.target.value.trim().toLowerCase(); draw(); } });
    body.replaceChildren(h('div', { class: 'pline' }, search,
      editable ? h('button', { type: 'button', class: 'btn sm', onclick: () => addMenu(null) }, icon('plus'), say('新建元素', 'New element')) : null,
      h('span', { class: 'small muted' }, editable ? say('方向键移动，Enter 选中并改属性，F2 改名，A 追加，Delete 删除', 'Arrows move, Enter edits, F2 renames, A appends, Delete removes') : say('方向键移动，Enter 选中', 'Arrows move, Enter chooses'))), tree);
    draw();
  }

  // Lanes with what lies in them, in the order of the flow: from left to right.
  function rows() {
    const bos = new Map(registry.filter(one => one.parent && !one.labelTarget && one.type !== 'label' && one.businessObject?.id).map(one => [one.businessObject.id, one]));
    const found = [], seen = new Set();
    const add = (element, level) => {
      if (!element || seen.has(element.id)) return;
      seen.add(element.id);
      found.push({ element, level });
      const lanes = (element.children ?? []).filter(child => child.type === 'bpmn:Lane');
      for (const lane of lanes) add(lane, level + 1);
      const inside = element.type === 'bpmn:Lane' ? (element.businessObject.flowNodeRef ?? []).map(node => bos.get(node.id)).filter(Boolean) : (element.children ?? []).filter(child => !child.waypoints && !child.labelTarget);
      for (const child of [...inside].sort((one, other) => one.x - other.x || one.y - other.y)) add(child, level + 1);
      for (const flow of (element.children ?? []).filter(child => child.waypoints && child.type === 'bpmn:SequenceFlow')) add(flow, level + 1);
    };
    for (const child of viewer.get('canvas').getRootElement().children ?? []) if (!child.labelTarget) add(child, 1);
    return found.filter(({ element }) => !query || words(element).toLowerCase().includes(query));
  }

  // A gateway that asks nothing is called by what it does: the notation leaves it without a name.
  const does = bo => ((bo.incoming ?? []).length > 1 && (bo.outgoing ?? []).length <= 1 ? say('汇合', 'Join') : say('分支', 'Fork'));
  const called = bo => bo.name || bo.text || (bo.$type.endsWith('Gateway') ? does(bo) : bo.id);
  const nameOf = ({ businessObject: bo }) => (bo.name || bo.text || !bo.sourceRef ? called(bo) : `${called(bo.sourceRef)} → ${bo.targetRef ? called(bo.targetRef) : ''}`);
  const words = element => `${nameOf(element)} ${element.businessObject.id} ${kindOf(element.businessObject)}`;

  function draw() {
    if (!tree) return;
    const had = tree.contains(document.activeElement);
    const found = rows();
    tree.replaceChildren(...found.map(({ element, level }) => h('li', {
      role: 'treeitem', 'aria-level': level, 'data-id': element.id, 'data-level': Math.min(level, 5), tabindex: '-1',
      onclick: () => { current = element.id; select(element.id); }, ondblclick: () => editable && rename(element)
    }, h('i', { class: iconOf(element.businessObject), 'aria-hidden': 'true' }), h('span', { class: 'on' }, nameOf(element)), h('span', { class: 'muted small' }, kindOf(element.businessObject)))));
    if (!found.length) tree.replaceChildren(h('li', { class: 'muted', role: 'none' }, query ? say('没有符合的元素，请换个词。', 'No such element; try another word.') : say('图中还没有元素。', 'The drawing is empty.')));
    mark();
    if (had) item(current)?.focus();
  }

  const items = () => [...tree.querySelectorAll('[data-id]')];
  const item = id => items().find(one => one.dataset.id === id);

  function mark() {
    if (!tree) return;
    const chosen = new Set(selection.get().map(one => one.id));
    const all = items(), stop = item(current) ?? all[0];
    for (const one of all) { one.setAttribute('aria-selected', String(chosen.has(one.dataset.id))); one.tabIndex = one === stop ? 0 : -1; }
  }

  function go(one) {
    if (!one) return;
    current = one.dataset.id;
    mark();
    one.focus();
    one.scrollIntoView({ block: 'nearest' });
  }

  function keys(event) {
    if (event.target.matches('input, select') || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = items(), at = all.indexOf(event.target), element = registry.get(event.target.dataset?.id);
    if (at < 0) return;
    const level = Number(event.target.getAttribute('aria-level'));
    const moves = {
      ArrowDown: () => go(all[at + 1]), ArrowUp: () => go(all[at - 1]), Home: () => go(all[0]), End: () => go(all.at(-1)),
      ArrowLeft: () => go(all.slice(0, at).reverse().find(one => Number(one.getAttribute('aria-level')) < level)),
      ArrowRight: () => go(Number(all[at + 1]?.getAttribute('aria-level')) > level ? all[at + 1] : null),
      Enter: () => { select(element.id, true); toProperties(); }, ' ': () => select(element.id, true)
    };
    const edits = { F2: () => rename(element), Delete: () => remove(element, all[at + 1] ?? all[at - 1]), a: () => addMenu(element), A: () => addMenu(element) };
    const act = moves[event.key] ?? (editable ? edits[event.key] : undefined);
    if (act) { event.preventDefault(); event.stopPropagation(); act(); }
  }

  function remove(element, next) {
    current = next?.dataset.id ?? null;
    viewer.get('modeling').removeElements([element]);
    item(current)?.focus();
  }

  function rename(element) {
    const line = item(element.id), bo = element.businessObject, field = h('input', {
      class: 'inp', value: bo.name ?? '', 'aria-label': say('名称', 'Name'),
      onkeydown: event => { event.stopPropagation(); if (event.key === 'Enter') done(true); if (event.key === 'Escape') done(false); }, onblur: () => done(true)
    });
    let over = false;
    const done = keep => {
      if (over) return;
      over = true;
      if (keep && field.value !== (bo.name ?? '')) viewer.get('modeling').updateLabel(element, field.value);
      draw();
      item(element.id)?.focus();
    };
    line.querySelector('.on').replaceChildren(field);
    field.focus();
    field.select();
  }

  // A list in a dialog: the same elements as in the menus of the canvas, for the keyboard and screen readers.
  function addMenu(after) {
    const drawing = viewer.get('drawing');
    if (after && !drawing.mayAppend(after)) return;
    const list = h('select', { class: 'inp', size: '12', 'aria-label': say('元素', 'Element') });
    let group = null;
    for (const entry of offered(after)) {
      if (group?.label !== entry.group.name) { group = document.createElement('optgroup'); group.label = entry.group.name; list.append(group); }
      group.append(h('option', { value: entry.id }, entry.label));
    }
    list.selectedIndex = 0;
    const title = after ? say(`在“${nameOf(after)}”之后追加`, `Append to "${nameOf(after)}"`) : say('新建元素', 'New element');
    const form = h('form', { method: 'dialog', class: 'cf' }, h('button', { class: 'btn', value: '' }, say('取消', 'Cancel')), h('button', { class: 'btn pri', value: 'ok' }, say('确定', 'OK')));
    const dialog = h('dialog', { class: 'dlg', 'aria-label': title }, h('div', { class: 'ch' }, h('h2', {}, title)), h('div', { class: 'cb' }, list), form);
    list.addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); dialog.close('ok'); } });
    dialog.addEventListener('close', () => {
      dialog.remove();
      const entry = dialog.returnValue === 'ok' && offered(after).find(one => one.id === list.value);
      if (!entry) return item(current)?.focus();
      const made = after ? drawing.append(after, entry) : drawing.place(entry);
      current = made.id;
      draw();
      return item(made.id)?.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    list.focus();
  }

  return { id: 'outline', label: say('元素清单', 'Elements'), build, addMenu };
}
