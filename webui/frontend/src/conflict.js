// Somebody else was faster, or another window: both texts side by side, and where the task is still open, a choice.
import { send } from './http.js';
import { ask, say } from './form_page.js';
import { copyText, shelf } from './kept.js';
import { text } from './texts.js';

/**
 * Shows what stands against a submission or draft. Answers {values, revision, formVersion} where the reader has chosen
 * what to go on with, {look} where he wants to see how it stands now, null where he stays. What he typed is kept in this browser in any case.
 */
export async function conflict({ form, data }, error) {
  const mine = form._getSubmitData(), found = await compare(data, mine);
  const words = found?.fields.length ? asText(found) : JSON.stringify(mine, null, 2);
  shelf('kept', data.taskId).put({ text: words });
  show(found);
  const answer = await ask('conflict', error.detail || error.message);
  if (answer === 'copy') {
    await copyText(words);
    say(text('copied'));
  } else if (answer === 'look') return { look: true };
  else if (answer === 'merge' && found?.choosable) {
    shelf('kept', data.taskId).drop();
    return { values: chosen(mine, found), revision: found.revision, formVersion: found.form_version };
  }
  return null;
}

async function compare(data, values) {
  if (!data.compareUrl) return null;
  try {
    return await send('POST', data.compareUrl, { values });
  } catch {
    return null; // the task is out of sight by now: one's own text is all there is
  }
}

const asText = found => found.fields.filter(field => field.mine).map(field => `${field.label}${text('separator')}${field.mine}`).join('\n');

function show(found) {
  const dialog = document.getElementById('conflict'), table = dialog.querySelector('[data-compare]');
  const isOpen = Boolean(found?.choosable), fields = found?.fields ?? [];
  dialog.classList.toggle('wide', fields.length > 0);
  table.hidden = !fields.length;
  table.querySelector('[data-theirs]').hidden = !found || found.kind === 'none';
  table.querySelector('[data-theirs]').textContent = found?.kind === 'sent' ? text('theirs', { who: found.by }) : text('otherWindow');
  dialog.querySelector('[value=merge]').hidden = !isOpen;
  dialog.querySelector('[value=look]').classList.toggle('pri', !isOpen);
  table.querySelector('tbody').replaceChildren(...fields.map(field => row(field, isOpen, found.kind !== 'none')));
}

function row(field, isOpen, hasTheirs) {
  const line = document.createElement('tr'), head = document.createElement('th');
  head.scope = 'row';
  head.textContent = field.label;
  line.className = field.differs ? 'diff' : '';
  line.append(head, cell(field, 'mine', isOpen), ...(hasTheirs ? [cell(field, 'theirs', isOpen)] : []));
  return line;
}

function cell(field, side, isOpen) {
  const place = document.createElement('td'), words = document.createElement('p');
  words.textContent = field[side] || text('nothing');
  if (!field[side]) words.className = 'muted';
  place.append(words);
  if (isOpen && field.differs) {
    const label = document.createElement('label'), box = document.createElement('input'), name = document.createElement('span');
    Object.assign(box, { type: 'radio', name: `take-${field.key}`, value: side, checked: side === 'mine' });
    label.className = 'chk';
    name.textContent = text(side === 'mine' ? 'takeMine' : 'takeTheirs');
    box.setAttribute('aria-label', `${field.label}${text('separator')}${name.textContent}`);
    label.append(box, name);
    place.append(label);
  }
  return place;
}

function chosen(mine, found) {
  const values = structuredClone(mine);
  for (const field of found.fields) {
    const box = document.querySelector(`#conflict input[name="take-${CSS.escape(field.key)}"]:checked`);
    if (box?.value === 'theirs') put(values, field.key.split('.'), at(found.theirs, field.key.split('.')));
  }
  return values;
}

const at = (values, path) => path.reduce((below, name) => below?.[name], values);

function put(values, path, value) {
  const last = path.pop(), holder = path.reduce((below, name) => (below[name] ??= {}), values);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}
