// Chinese for the diagram viewer: the few texts that it says without an editor.
export default {
  'Open {element}': '打开{element}'
};
