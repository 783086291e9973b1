// dmn-js in our language: the requirement graph, and each decision as the table or expression that it is.
import DmnModeler from 'dmn-js/lib/Modeler.js';
import DmnViewer from 'dmn-js/lib/NavigatedViewer.js';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import '../../../styles/canvas.css';
import '../../../styles/decision.css';
import { translator } from '../../i18n/translate.js';
import dictionary from '../../i18n/decision.zh.js';
import { h } from '../dom.js';
import { say } from '../words.js';

const translate = translator(dictionary);
// Variables, not colours: a change of theme recolours the graph without drawing it again.
const colors = { defaultFillColor: 'var(--surface)', defaultStrokeColor: 'var(--ink)' };
const VIEWS = ['drd', 'decisionTable', 'literalExpression', 'boxedExpression'];

/** changed(): something was edited. views: host of the buttons, one for each view. */
export function makeCanvas(container, views, changed) {
  let modeler = null, writable = false;

  const options = () => {
    const textRenderer = { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 } };
    const words = { additionalModules: [{ translate: ['value', translate] }] };
    return { container, common: { keyboard: { bind: true }, expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }], defaults: { editor: 'feel' } } }, ...Object.fromEntries(VIEWS.map(name => [name, { ...words, drdRenderer: colors, textRenderer }])) };
  };

  function make(editable) {
    modeler?.destroy();
    writable = editable;
    modeler = new (editable ? DmnModeler : DmnViewer)(options());
    modeler.on('views.changed', draw);
    modeler.on('viewer.created', ({ viewer }) => viewer.on('commandStack.changed', () => { if (!loading) { changed(); draw(); } }));
  }

  let loading = false;

  /** Loads a text and opens what was open, else the first decision. Throws Error with words. */
  async function load(xml, editable) {
    const open = active()?.id;
    if (!modeler || editable !== writable) make(editable);
    loading = true;
    try {
      await modeler.importXML(xml);
      const wanted = modeler.getViews().find(view => view.element.id === open) ?? modeler.getViews().find(view => view.type === 'decisionTable') ?? modeler.getViews()[0];
      if (wanted) await modeler.open(wanted);
    } catch (error) {
      throw new Error(error.message, { cause: error });
    } finally { loading = false; }
  }

  const active = () => modeler?.getActiveView()?.element;

  function draw() {
    const now = active()?.id;
    container.querySelectorAll('.tjs-table-container').forEach(one => { one.tabIndex = 0; one.setAttribute('role', 'region'); one.setAttribute('aria-label', say('决策表，可滚动', 'Decision table, scrollable')); });
    views.replaceChildren(...modeler.getViews().map(view => h('button', {
      type: 'button', class: 'btn sm quiet', 'aria-pressed': String(view.element.id === now), onclick: () => modeler.open(view)
    }, view.type === 'drd' ? say('关系图', 'Graph') : view.element.name || view.element.id)));
  }

  const tables = () => modeler.getViews().filter(view => view.type === 'decisionTable');

  /** Opens the decision in which the element stands and, with choose, puts the cursor there: into a cell where it is a rule. */
  async function reveal(id, column = 0, choose = true) {
    const view = modeler.getViews().find(one => one.element.id === id) ?? tables().find(one => ids(one.element.decisionLogic).has(id));
    if (!view) return false;
    await modeler.open(view);
    const table = view.element.decisionLogic, rule = table?.rule?.find(one => one.id === id);
    const cell = rule ? [...rule.inputEntry ?? [], ...rule.outputEntry ?? []][Math.max(0, column - 1)]?.id : id;
    const shown = container.querySelector(`[data-element-id="${CSS.escape(cell ?? id)}"]`);
    shown?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (shown && writable && choose) modeler.getActiveViewer().get('selection').select(cell);
    return Boolean(shown);
  }

  return {
    load, reveal, active,
    read: async () => (await modeler.saveXML({ format: true })).xml,
    undo: () => modeler.getActiveViewer()?.get('commandStack', false)?.undo(),
    redo: () => modeler.getActiveViewer()?.get('commandStack', false)?.redo()
  };
}

const ids = table => new Set([table.id, ...(table.rule ?? []).map(one => one.id), ...(table.input ?? []).map(one => one.id), ...(table.output ?? []).map(one => one.id)]);

/** Colours rows of the open table: { id of a rule: 'hit' | 'bad' | 'mid' }. Survives every redrawing of the table. */
export function rowMarks() {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const kinds = {};
  return (kind, rules) => {
    kinds[kind] = rules;
    sheet.replaceSync(Object.entries(kinds).flatMap(([name, found]) => found.map(id => {
      const cell = `.dmn [data-row-id="${CSS.escape(id)}"]`;
      return `${cell} { background: var(--row-${name}) !important }`;
    })).join('\n'));
  };
}
