// A moment is a date and a time. The form viewer keeps neither until it has both, and would say only that the field is required.
import { walk } from './fields.js';
import { text } from './texts.js';

/** `errors` of the viewer with the half that is missing named wherever only the other one was filled in. */
export function withMissingHalves(form, schema, errors) {
  const told = structuredClone(errors);
  for (const { field } of walk(schema.components)) {
    if (field.type !== 'datetime' || field.subtype !== 'datetime') continue;
    const start = `fjs-form-${form._id}-${field.id}`;
    for (const day of document.querySelectorAll(`[id^="${CSS.escape(start)}"][id$="-date"]`)) {
      const id = day.id.slice(0, -'-date'.length), clock = document.getElementById(`${id}-time`);
      const rows = id.slice(start.length).match(/^(?:_\d+)*$/)?.[0];
      if (!clock || rows === undefined || !day.value === !clock.value) continue;
      put(told, [field.id, ...rows.split('_').slice(1)], [text(day.value ? 'timeMissing' : 'dateMissing')]);
    }
  }
  return told;
}

function put(node, [name, ...below], messages) {
  if (below.length) put((node[name] ??= {}), below, messages);
  else node[name] = messages;
}
