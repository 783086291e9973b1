// Files that were written and not drawn hold no places for their elements: these are laid out when they are opened.
const shapes = /<(?:[\w-]+:)?BPMNShape\b/, diagram = ['http://www.omg.org/spec/BPMN/20100524/DI', 'BPMNDiagram'];

export const isDrawn = xml => shapes.test(xml);

/** `xml` with a drawing. Nothing else in it changes: of the layout only the places are taken over. */
export async function withDrawing(xml) {
  if (isDrawn(xml)) return xml;
  const { layoutProcess } = await import('bpmn-auto-layout');
  const read = text => new DOMParser().parseFromString(text, 'application/xml');
  const laidOut = read(await layoutProcess(xml)), written = read(xml);
  written.getElementsByTagNameNS(...diagram)[0]?.remove();
  written.documentElement.append(written.importNode(laidOut.getElementsByTagNameNS(...diagram)[0], true));
  return new XMLSerializer().serializeToString(written);
}
