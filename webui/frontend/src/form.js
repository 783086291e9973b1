// The form of a task or of a start: form-js over the same JSON, drafts, submission, errors, signature, conflicts.
import { Form } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '../styles/fields.css';
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { chinese, translator } from './i18n/translate.js';
import dictionary from './i18n/form.zh.js';
import { Problem, keyring, send } from './http.js';
import { flatten, nest } from './fields.js';
import { withMissingHalves } from './moments.js';
import { ask, busy, clearSummary, say, summary } from './form_page.js';
import { conflict } from './conflict.js';
import { connection, isLost } from './connection.js';
import { drafts } from './drafts.js';
import { text } from './texts.js';

// What the Chinese of the calendar leaves in English: names that only screen readers say.
const calendarWords = { yearAriaLabel: '年', monthAriaLabel: '月', hourAriaLabel: '时', minuteAriaLabel: '分' };
const card = document.querySelector('[data-form]');
const source = document.getElementById('form-data');

if (card && source) start(JSON.parse(source.textContent));

async function start(data) {
  if (chinese) flatpickr.localize({ ...Mandarin, ...calendarWords });
  const host = card.querySelector('[data-fjs]'), plain = card.querySelector('form[data-plain]');
  // Each key counts at once: with the pause that the viewer waits by default, a field of a row that is drawn anew
  // meanwhile (a file was chosen, a row was added) gets its old value back, and what was typed is gone.
  const form = new Form({
    container: host, debounce: false, additionalModules: [{ translate: ['value', translator(dictionary, { Search: 'Choose' })] }]
  });
  offer(data.schema.components, data.options);
  await form.importSchema(data.schema, data.values);
  host.hidden = false;
  card.querySelector('[data-fields]').remove();
  // Enter in a text field would submit half a form; submission is the button or Ctrl+Enter.
  host.addEventListener('submit', event => { event.preventDefault(); event.stopPropagation(); }, true);
  const line = connection(data.madeAt);
  const saver = drafts(form, data, line, error => conflict({ form, data }, error));
  const submission = { form, data, saver, line, key: keyring(data.idempotencyKey), uploaded: new Map(), last: null };
  plain.addEventListener('submit', event => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.submitter?.value === 'draft') saver.save();
    else submit(submission);
  });
  await settled();
  if (!Object.keys(data.errors).length) await saver.restore();
  if (Object.keys(data.errors).length) refuse(form, data.schema, data.errors);
  card.dataset.ready = '';
}

// Some fields report their first value once they are drawn, which clears errors set before.
const settled = () => new Promise(resolve => setTimeout(resolve, 80));

// Choices that only the server knows (persons, departments, units) take the place of those in the JSON.
function offer(components, options) {
  for (const field of components ?? []) {
    if (options[field.key]) {
      field.values = options[field.key];
      delete field.valuesKey;
      delete field.valuesExpression;
    }
    offer(field.components, options);
  }
}

async function submit(submission) {
  const { form, data } = submission;
  const errors = withMissingHalves(form, data.schema, form.validate()), wrong = flatten(data.schema, errors);
  if (wrong.length) {
    form._setState({ errors });
    return summary(form, wrong);
  }
  clearSummary();
  let password;
  if (data.sign) {
    password = await sign();
    if (password === null) return;
  }
  busy(true);
  say(text('submitting'));
  submission.saver.hold(true); // until it is known what became of it, no draft runs after it
  try {
    const body = asBefore(submission, { [data.payload]: await withFiles(submission), ...(password ? { password } : {}) });
    const made = await send('POST', data.completeUrl, body, { 'Idempotency-Key': submission.key(JSON.stringify(body)) });
    submission.saver.finish();
    location.assign(data.nextUrl.replace('{id}', made.id ?? ''));
  } catch (error) {
    busy(false);
    say('');
    await explain(submission, error);
  }
}

// A submission that is repeated unchanged is the same request under the same key, whatever was saved in between.
function asBefore(submission, filled) {
  const same = JSON.stringify(filled);
  if (submission.last?.same !== same) submission.last = { same, body: { ...filled, ...submission.saver.known() } };
  return submission.last.body;
}

async function explain(submission, error) {
  const { form, data, saver } = submission;
  const status = error instanceof Problem ? error.status : 0;
  if (status) saver.hold(false);
  if (status === 422) return refuse(form, data.schema, error.fields, error.detail);
  if (status === 409) return saver.goOn(await conflict(submission, error));
  if (isLost(error)) submission.line.lost();
  const told = { 0: 'offline', 401: 'expired', 403: 'forbidden' }[status] ?? 'failed';
  if (!(error instanceof Problem) && !(error instanceof TypeError)) console.error(error);
  const detail = error instanceof Problem && status !== 401 && error.detail ? error.detail : text(told);
  if (await ask('trouble', detail) === 'retry') await submit(submission);
}

function refuse(form, schema, fields, detail = '') {
  const errors = nest(schema, fields);
  form._setState({ errors });
  const found = flatten(schema, errors);
  const shown = new Set(found.flatMap(item => item.messages));
  const rest = Object.values(fields).flat().filter(message => !shown.has(message));
  if (!found.length && !rest.length && detail) rest.push(detail);
  summary(form, [...found, ...rest.map(message => ({ messages: [message] }))]);
}

async function sign() {
  const dialog = document.getElementById('sign'), field = dialog.querySelector('input');
  field.value = '';
  const answer = await ask('sign');
  const password = field.value;
  field.value = '';
  return answer === 'ok' && password ? password : null;
}

// The form viewer keeps "files::<id>" in the value and the files aside: upload them, put the document ids in their place.
async function withFiles({ form, data, uploaded }) {
  const values = structuredClone(form._getSubmitData()), files = form.get('fileRegistry').getAllFiles();
  for (const [handle, chosen] of files) {
    for (const file of chosen) {
      if (uploaded.has(file)) continue;
      say(text('uploading', { name: file.name }));
      const body = new FormData();
      body.append('file', file);
      const { id } = await send('POST', data.uploadUrl, body);
      uploaded.set(file, id);
    }
    replace(values, handle, chosen.map(file => uploaded.get(file)));
  }
  return values;
}

function replace(node, handle, ids) {
  for (const [key, value] of Object.entries(node)) {
    if (value === handle) node[key] = ids;
    else if (value && typeof value === 'object') replace(value, handle, ids);
  }
}
