// form-js-editor: palette, form and the properties that form-js itself knows. Ours stand in own.js.
import { FormEditor } from '@bpmn-io/form-js-editor';
import 'form-js-viewer-v1/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import '../../../styles/canvas.css';
import '../../../styles/form_editor.css';

/** container: of palette and form. panel: of the properties. changed(): something was edited. chosen(field): another field, or the form. */
export async function makeCanvas(container, panel, changed, chosen) {
  const editor = new FormEditor({ container, propertiesPanel: { parent: panel }, additionalModules: [{ __init__: ['ownProperties'], ownProperties: ['type', OwnProperties] }] });
  let loading = false;
  editor.on('commandStack.changed', () => { if (!loading) changed(); });
  editor.on('selection.changed', () => chosen(field()));
  editor.on('changed', () => chosen(field()));
  const get = name => editor.get(name), field = () => get('selection').get() ?? schema();
  const schema = () => editor._getState().schema;

  return {
    load: async (text, editable) => {
      loading = true;
      try { await editor.importSchema(JSON.parse(text)); } catch (error) { throw new Error(error.message, { cause: error }); } finally { loading = false; }
      panel.inert = !editable;
      if (!editable) requestAnimationFrame(() => freeze(container, container.querySelector('.fjs-powered-by')));
      chosen(field());
    },
    read: () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`,
    undo: () => get('commandStack').undo(), redo: () => get('commandStack').redo(),
    field, schema,
    edit: (one, values) => get('modeling').editFormField(one, values),
    select: id => { const found = get('formFieldRegistry').get(id) ?? get('formFieldRegistry').getAll().find(one => one.key === id); if (found) get('selection').set(found); return Boolean(found); },
    fields: () => get('formFieldRegistry').getAll().filter(one => one.type !== 'default'),
    /** One place up (-1) or down (1) among its siblings, in a row of its own. */
    move: (one, step) => {
      const parent = get('formFieldRegistry').get(one._parent), at = parent.components.findIndex(other => other.id === one.id), to = at + step;
      if (to < 0 || to >= parent.components.length) return false;
      get('modeling').moveFormField(one, parent, parent, at, step > 0 ? to + 1 : to, get('formLayouter').getRowForField(one), { id: get('formLayouter').nextRowId() });
      return true;
    }
  };
}

// For whoever only looks: everything but the logo, whose link stays a link.
function freeze(container, spared) {
  for (let node = spared; node && node !== container; node = node.parentElement) {
    for (const other of node.parentElement.children) if (other !== node) other.inert = true;
  }
}

// Our properties have a tab of their own, with words and choices: the raw list of names and values would show them twice.
function OwnProperties(propertiesPanel) {
  propertiesPanel.registerProvider({ getGroups: () => groups => groups.filter(group => group.id !== 'custom-values') }, 500);
}
OwnProperties.$inject = ['propertiesPanel'];
