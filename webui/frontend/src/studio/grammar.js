// The grammars of cx:assign and cx:due as far as the pickers write them. What they cannot read stays an expression;
// the server (engine/model/assign_grammar.py, due_grammar.py) has the last word on both.
const NAME = '[A-Za-z_][A-Za-z0-9_.]*';
const rule = new RegExp(`^(superior-or-self|self|superior|top|children|target|(?:dept|var)\\(${NAME}\\)):(pos|role|user|pool|roster):(?:(${NAME})|var\\((${NAME})\\))((?:[;,].+)?)$`);

/** { scope, scopeName, selector, name, mode, excludes: ['-coi', …] }, or null. */
export function readAssign(text) {
  const found = text.replace(/\s+/g, '').match(rule);
  if (!found) return null;
  const [, place, selector, plain, variable, rest] = found, [, scope, scopeName = ''] = place.match(/^([a-z-]+)(?:\((.+)\))?$/);
  const parts = rest.split(/[;,]/).filter(Boolean), excludes = parts.filter(part => part.startsWith('-'));
  const modes = parts.filter(part => !part.startsWith('-'));
  if (modes.length > 1 || modes.some(mode => !['claim', 'fixed', 'least_load', 'draw'].includes(mode))) return null;
  return { scope, scopeName, selector, name: plain ?? variable, mode: modes[0] ?? '', excludes };
}

export function writeAssign({ scope, scopeName, selector, name, mode, excludes }) {
  return [`${scopeName ? `${scope}(${scopeName})` : scope}:${selector}:${name}`, mode, ...excludes].filter(Boolean).join(';');
}

const base = `(created|delivered|period\\.start|period\\.end|(var|param|fixed|lastwd)\\(([^()]+|param\\([^()]+\\))\\))`;
const term = new RegExp(`^${base}(?:([+-])(\\d+|(?:var|param)\\(${NAME}\\))(wd|cd|nh|mo))?(?:@(\\d\\d:\\d\\d))?$`);

/** [{ base, argument, sign, amount, unit, clock }, …], the earliest of which counts; or null. */
export function readDue(text) {
  const plain = text.replace(/\s+/g, ''), several = plain.match(/^min\((.*)\)$/);
  const terms = (several ? apart(several[1]) : [plain]).map(readTerm);
  return terms.every(Boolean) ? terms : null;
}

function readTerm(text) {
  const found = text.match(term);
  if (!found) return null;
  const [, whole, called, argument = '', sign = '', amount = '', unit = '', clock = ''] = found;
  return { base: called ?? whole, argument, sign, amount, unit, clock };
}

/** { kind: number | var | param, name }: what an amount is taken from. name: the number itself, or that of the variable or parameter. */
export function readAmount(text) {
  const [, kind = 'number', name = text] = text.match(/^(var|param)\((.+)\)$/) ?? [];
  return { kind, name };
}

export function writeDue(terms) {
  const written = terms.map(({ base: from, argument, sign, amount, unit, clock }) =>
    `${argument ? `${from}(${argument})` : from}${amount ? `${sign || '+'}${amount}${unit || 'wd'}` : ''}${clock ? `@${clock}` : ''}`);
  return written.length > 1 ? `min(${written.join(',')})` : written[0] ?? '';
}

// Commas outside of parentheses.
function apart(text) {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    depth += { '(': 1, ')': -1 }[letter] ?? 0;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
