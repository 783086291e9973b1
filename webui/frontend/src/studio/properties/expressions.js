// Expressions as the panel writes them: a changed text stays in the language in which it was written.
export const FEEL = 'https://www.omg.org/spec/DMN/20191111/FEEL/';

export const isFeel = expression => /^feel$|\/feel(\/(20140401)?)?$/i.test(expression?.language ?? '');

/** A new expression in the place of `old`; nothing for no text, unless an empty one is to stand there. */
export function formal(create, old, body, parent, empty = false) {
  const text = (body ?? '').trim();
  return text || empty ? create('bpmn:FormalExpression', { body: text, ...(old?.language && { language: old.language }) }, parent) : undefined;
}
