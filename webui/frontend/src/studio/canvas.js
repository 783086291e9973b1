// The canvas on which analysts draw: bpmn-js with our menus. Whoever may not write gets the viewer instead.
import Modeler from 'bpmn-js/lib/Modeler.js';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import minimap from 'diagram-js-minimap';
import grid from 'diagram-js-grid';
import colors from 'bpmn-js-color-picker/colors/index.js';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import 'bpmn-js-color-picker/colors/color-picker.css';
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements.js';
import { carriedAlong } from './cx.js';
import { isRun, offered } from './kinds.js';
import { options, translate } from './viewing.js';

/** A Modeler in `container`, or a NavigatedViewer when it is only to be read. */
export function makeCanvas(container, editable) {
  if (!editable) return new NavigatedViewer({ ...options(container), zoomScroll: { enabled: false } });
  return new Modeler({
    ...options(container, [minimap, grid, colors, carriedAlong, menus]),
    grid: { visible: true, smallRadius: 0.4, color: 'var(--line-2)' },
    colorPicker: { colors: palette }
  });
}

// The two of each colour keep 4.5:1 between text and ground in both themes: the text takes the colour of the line.
const palette = [
  { label: 'Default', fill: undefined, stroke: undefined }, { label: 'Blue', fill: '#dcebfb', stroke: '#0d4372' },
  { label: 'Orange', fill: '#ffe8cc', stroke: '#6b3c00' }, { label: 'Green', fill: '#dcf1de', stroke: '#205022' },
  { label: 'Red', fill: '#ffdfdb', stroke: '#831311' }, { label: 'Purple', fill: '#f0dcf6', stroke: '#5b176d' }
];

/** Menus "new" and "append", and the engine's limits on the menus that bpmn-js has. */
function Menus(popupMenu, contextPad, drawing) {
  // bpmn-js and the colour picker still ask for the pad by a call that diagram-js reports in the console as outdated.
  contextPad.getPad = () => ({ html: contextPad._current.html });
  const only = keep => element => entries => Object.fromEntries(Object.entries(entries).filter(([id]) => keep(id, element)));
  popupMenu.registerProvider('bpmn-replace', 200, {
    getPopupMenuEntries: only(isRun),
    getPopupMenuHeaderEntries: only(id => id !== 'toggle-participant-multiplicity')
  });
  contextPad.registerProvider(200, {
    getContextPadEntries: element => entries => {
      const kept = { ...entries };
      if (drawing.mayAppend(element)) {
        kept['append.more'] = {
          group: 'model', className: 'studio-more', title: translate('Append element'),
          action: { click: () => drawing.openAppend(element) }
        };
      }
      return kept;
    }
  });
  popupMenu.registerProvider('studio-create', { getPopupMenuEntries: () => entries(null, (event, entry) => drawing.begin(event, entry)) });
  popupMenu.registerProvider('studio-append', {
    getPopupMenuEntries: target => entries(target, (event, entry) => drawing.append(target, entry))
  });
}
Menus.$inject = ['popupMenu', 'contextPad', 'drawing'];

const entries = (after, act) => Object.fromEntries(offered(after).map(entry => [entry.id, { ...entry, action: event => act(event, entry) }]));

/** Draws by menu: with the mouse the element hangs on the pointer, with the keyboard it finds a free place by itself. */
function Drawing(injector) {
  const get = name => injector.get(name);
  const shape = ({ target }) => (target.type === 'bpmn:Participant' ? get('elementFactory').createParticipantShape(target) : get('elementFactory').createShape(target));

  this.mayAppend = element => !element.labelTarget && (element.type === 'bpmn:SequenceFlow' || element.businessObject.$instanceOf('bpmn:FlowNode') && element.type !== 'bpmn:EndEvent');
  this.begin = (event, entry) => (event instanceof MouseEvent && !isKey(event) ? get('create').start(event, shape(entry)) : this.place(entry));
  this.append = (after, entry) => {
    const made = after.waypoints ? insert(after, shape(entry)) : get('autoPlace').append(after, shape(entry));
    get('selection').select(made);
    return made;
  };
  this.place = entry => {
    const made = shape(entry), { parent, point } = spot(made);
    const placed = get('modeling').createShape(made, point, parent);
    get('selection').select(placed);
    get('canvas').scrollToElement(placed, 80);
    return placed;
  };
  this.openCreate = () => {
    const box = get('canvas').getContainer().getBoundingClientRect();
    open(get('canvas').getRootElement(), 'studio-create', { x: box.left + 24, y: box.top + 24 }, 'Create element');
  };
  this.openAppend = element => {
    const gfx = get('elementRegistry').getGraphics(element).getBoundingClientRect();
    open(element, 'studio-append', { x: gfx.right + 12, y: gfx.top }, 'Append element');
  };
  const open = (target, id, position, title) =>
    get('popupMenu').open(target, id, { ...position, cursor: position }, { title: translate(title), width: 300, search: true });

  // Between two elements, into the flow: what stands behind moves aside where the gap is too small.
  function insert(flow, made) {
    const [from, to] = [flow.source, flow.target], gap = to.x - from.x - from.width, missing = made.width + 100 - gap;
    const point = { x: from.x + from.width + 50 + made.width / 2, y: from.y + from.height / 2 };
    if (missing > 0 && to.x > from.x) {
      const all = selfAndAllChildren(get('canvas').getRootElement(), true), start = from.x + from.width + Math.max(1, gap / 2);
      const { movingShapes, resizingShapes } = get('spaceTool').calculateAdjustments(all, 'x', missing, start);
      get('spaceTool').makeSpace(movingShapes, resizingShapes, { x: missing, y: 0 }, 'e', start);
    }
    return get('modeling').createShape(made, point, flow);
  }

  // A place in what is on the screen that no other shape takes: inside of a pool where there is one.
  function spot(made) {
    const canvas = get('canvas'), registry = get('elementRegistry'), root = canvas.getRootElement(), view = canvas.viewbox();
    const pool = made.type === 'bpmn:Participant' ? null : registry.find(element => element.type === 'bpmn:Participant' && element.businessObject.processRef);
    const taken = registry.filter(element => element.width && !element.labelTarget && !/Lane|Participant/.test(element.type) && element.parent);
    const left = (pool ? pool.x + 40 : view.x + 60) + made.width / 2, right = pool ? pool.x + pool.width : view.x + view.width;
    const top = (pool ? pool.y + 20 : view.y + 60) + made.height / 2, bottom = pool ? pool.y + pool.height : view.y + view.height;
    const chosen = get('selection').get()[0], first = chosen && taken.includes(chosen) ? chosen.y + chosen.height / 2 : top;
    const rows = [first, ...steps(top, bottom - made.height / 2, 40)];
    for (const y of rows) {
      for (const x of steps(left, right - made.width / 2, 40)) {
        if (taken.every(other => x + made.width / 2 + 15 < other.x || x - made.width / 2 - 15 > other.x + other.width
          || y + made.height / 2 + 15 < other.y || y - made.height / 2 - 15 > other.y + other.height)) return { parent: pool ?? root, point: { x, y } };
      }
    }
    return { parent: pool ?? root, point: { x: right + made.width, y: first } };
  }
}
Drawing.$inject = ['injector'];

const steps = (from, to, by) => Array.from({ length: Math.max(1, Math.floor((to - from) / by) + 1) }, (_, index) => from + index * by);
const isKey = event => event.detail === 0 && event.clientX === 0 && event.clientY === 0; // a click that a key made

/** Keys N and A of the canvas. */
function MenuKeys(keyboard, selection, drawing) {
  keyboard.addListener(({ keyEvent }) => {
    if (keyEvent.ctrlKey || keyEvent.metaKey || keyEvent.altKey) return undefined;
    const [chosen] = selection.get();
    if (keyboard.isKey(['n', 'N'], keyEvent)) drawing.openCreate();
    else if (keyboard.isKey(['a', 'A'], keyEvent) && chosen && drawing.mayAppend(chosen)) drawing.openAppend(chosen);
    else return undefined;
    keyEvent.preventDefault();
    return true;
  });
}
MenuKeys.$inject = ['keyboard', 'selection', 'drawing'];

// The palette is ours (palette.js): buttons that the keyboard reaches, with what this engine runs.
const menus = {
  __init__: ['menus', 'menuKeys'],
  paletteProvider: ['value', null],
  drawing: ['type', Drawing],
  menus: ['type', Menus],
  menuKeys: ['type', MenuKeys]
};
