// The panel right of the canvas: what is declared on the chosen element, in groups, with pickers instead of raw text.
import { h } from '../dom.js';
import { kindOf } from '../kinds.js';
import { say } from '../words.js';
import { fields } from './fields.js';
import { form, general, start } from './general.js';
import { people } from './people.js';
import { due, ladder, protection, remind } from './limits.js';
import { association, object, store } from './data.js';
import { event, flow, free, gate, loop, script, timer } from './drawing.js';

const groups = [people, form, due, remind, ladder, protection, start, flow, gate, timer, event, loop, free, script, object, store, association, general];

/** Draws the panel into `host` and keeps it in step with the canvas. tell(text): says something to the reader. */
export function properties({ viewer, host, editable, choices, tell }) {
  const get = name => viewer.get(name), open = new Set(['general', 'people', 'form', 'due', 'remind', 'ladder', 'start', 'flow', 'gate', 'timer', 'event', 'free', 'object', 'store', 'association']);
  const raw = new Set(), f = fields(editable);
  let shown = null;

  const bus = get('eventBus');
  // In braces: a listener that returns something stops the event for all others.
  bus.on('selection.changed', ({ newSelection }) => { show(newSelection); });
  bus.on('elements.changed', ({ elements }) => { if (shown && elements.some(one => one === shown || one === shown.label || one === shown.source)) draw(); });
  bus.on('import.done', () => { show([]); });

  function show(chosen) {
    const next = chosen.length > 1 ? null : chosen[0]?.labelTarget ?? chosen[0] ?? whole();
    if (next !== shown) raw.clear();
    shown = next;
    draw();
  }

  // Nothing chosen: the process, which in a drawing with pools is that of its pool.
  const whole = () => get('elementRegistry').find(one => one.type === 'bpmn:Participant' && one.businessObject.processRef && one.parent) ?? get('canvas').getRootElement();

  function draw() {
    const focused = host.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    if (!shown?.businessObject) {
      host.replaceChildren(h('div', { class: 'ch' }, h('h2', {}, say('已选多个元素', 'Several elements'))), h('p', { class: 'cb muted' }, say('选中一个元素以查看和修改属性。', 'Choose one element to see its properties.')));
      return;
    }
    const bo = shown.businessObject, panel = panelFor(shown, bo);
    host.replaceChildren(
      h('div', { class: 'ch' }, h('h2', { tabindex: '-1' }, bo.name || bo.processRef?.name || say('（未命名）', '(no name)')), h('span', { class: 'tag' }, kindOf(bo))),
      ...groups.filter(group => group.applies(bo)).map(group => h('details', { open: open.has(group.id), 'data-group': group.id, ontoggle: ({ target }) => { open[target.open ? 'add' : 'delete'](group.id); } },
        h('summary', {}, group.label(), group.filled(bo) && group !== general ? h('span', { class: 'dot', title: say('已设置', 'set') }) : null),
        h('div', { class: 'pg' }, group.fields(panel)))));
    if (focused) host.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }

  function panelFor(element, bo) {
    const modeling = editable ? get('modeling') : null, factory = get('moddle'), root = () => viewer.getDefinitions();
    return {
      element, bo, f, choices, editable, say: tell,
      nodes: flowNodes(bo),
      set: changes => (bo === element.businessObject ? modeling.updateProperties(element, changes) : modeling.updateModdleProperties(element, bo, changes)),
      setOn: (owner, changes, on = element) => (owner === on.businessObject ? modeling.updateProperties(on, changes) : modeling.updateModdleProperties(on, owner, changes)),
      create: (type, attributes, parent) => Object.assign(factory.create(type, attributes), { $parent: parent }),
      roots: type => root().rootElements.filter(item => item.$type === type),
      addRoot: (type, attributes) => {
        const made = get('bpmnFactory').create(type, attributes);
        made.$parent = root();
        modeling.updateModdleProperties(element, root(), { rootElements: [...root().rootElements, made] });
        return made;
      },
      isFree: id => !factory.ids.assigned(id),
      isRaw: name => raw.has(name),
      toggleRaw: name => { raw[raw.has(name) ? 'delete' : 'add'](name); draw(); }
    };
  }

  return { draw, focus: () => host.querySelector('[data-name=name], [data-name]')?.focus() };
}

function flowNodes(bo) {
  let scope = bo;
  while (scope && !['bpmn:Process', 'bpmn:Collaboration', 'bpmn:Participant'].includes(scope.$type)) scope = scope.$parent;
  if (scope?.processRef) scope = scope.processRef;
  const found = [], walk = parent => (parent?.flowElements ?? []).forEach(item => { if (item.$instanceOf('bpmn:FlowNode')) { found.push(item); walk(item); } });
  walk(scope);
  return found;
}
