// Between paths of values ("measures.0.by"), fields of the schema, and errors as the form viewer keeps them.

/** Every keyed field below `components`, with the labels of the lists around it. */
export function* walk(components, lists = []) {
  for (const field of components ?? []) {
    if (field.type === 'dynamiclist') {
      yield { field, lists };
      yield* walk(field.components, [...lists, field]);
    } else if (field.components) yield* walk(field.components, lists);
    else if (field.key) yield { field, lists };
  }
}

/** {field, indexes, label} of the field at `path`, or null when the form has no such field. */
export function locate(schema, path) {
  const indexes = path.split('.').filter(part => /^\d+$/.test(part)).map(Number);
  const names = path.split('.').filter(part => !/^\d+$/.test(part));
  const name = names.at(-1);
  for (const { field, lists } of walk(schema.components)) {
    const key = field.type === 'dynamiclist' ? field.path : field.key;
    const around = lists.map(list => list.path);
    const wanted = [...around, key].join('.');
    if (key.split('.').at(-1) === name.split('.').at(-1) && (wanted === names.join('.') || key === names.join('.')))
      return { field, indexes: indexes.slice(0, lists.length), label: labelOf(field, lists, indexes) };
  }
  return null;
}

const captionOf = field => field.label || field.dateLabel || field.timeLabel || field.key;

function labelOf(field, lists, indexes) {
  return [...lists.map((list, depth) => `${list.label ?? ''} ${(indexes[depth] ?? 0) + 1}`), captionOf(field)].join(' ').trim();
}

/** Errors of the form viewer ({id: [text] | nested by row}) as a flat list [{field, indexes, label, messages}]. */
export function flatten(schema, errors) {
  const found = [];
  for (const { field, lists } of walk(schema.components)) {
    for (const { messages, indexes } of texts(errors[field.id], []))
      found.push({ field, indexes, label: labelOf(field, lists, indexes), messages });
  }
  return found;
}

function* texts(node, indexes) {
  if (!node) return;
  const own = Object.values(node).filter(item => typeof item === 'string');
  if (own.length) yield { messages: own, indexes };
  else for (const [index, below] of Object.entries(node)) yield* texts(below, [...indexes, Number(index)]);
}

/** {path: [text]} from the server as the form viewer keeps errors. Paths that no field has are left out. */
export function nest(schema, fields) {
  const errors = {};
  for (const [path, messages] of Object.entries(fields)) {
    const place = locate(schema, path);
    if (!place) continue;
    if (!place.indexes.length) { errors[place.field.id] = messages; continue; }
    let node = (errors[place.field.id] ??= {});
    place.indexes.slice(0, -1).forEach(index => { node = (node[index] ??= {}); });
    node[place.indexes.at(-1)] = messages;
  }
  return errors;
}

/** id of the element that shows the field, as the form viewer makes it. */
export function elementId(form, { field, indexes }) {
  return ['fjs-form-' + form._id + '-' + field.id, ...indexes].join('_');
}
