// XML in and out of a canvas, without losing what the canvas does not understand.
import { withDrawing } from '../layout.js';
import { shown, stored } from './languages.js';

/** Puts `xml` on the canvas. Throws an error with `warnings` and, for what is no XML, the place in its message. */
export async function openXml(viewer, xml) {
  const { warnings } = await viewer.importXML(await withDrawing(shown(xml)));
  for (const { property, value, element } of warnings) {
    // A reference to something that is not in the file, such as a variable as the list of a multi-instance task: the
    // reader drops it, and it would be gone at the next save.
    const known = property && element?.$descriptor?.propertiesByName[property];
    if (known && value && !known.isMany && !element.get(property)) element.set(property, { id: value, $type: known.type });
  }
  return warnings;
}

/** What is on the canvas, as it is stored. */
export async function readXml(viewer) {
  const { xml } = await viewer.saveXML({ format: true });
  return stored(xml);
}
