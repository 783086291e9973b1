// The editor of one decision: dmn-js, the server's checks while editing, test cases and dry runs.
import { rowMarks, makeCanvas } from './studio/decision/canvas.js';
import { casesTab } from './studio/decision/cases.js';
import { dryRunTab } from './studio/decision/dry_run.js';
import { banners } from './studio/banners.js';
import { checking } from './studio/checking.js';
import { send } from './http.js';
import { fetchText, formOf, putText, shell } from './studio/shell.js';
import { panel as makePanel } from './studio/tabs/panel.js';
import { textTab } from './studio/text_tab.js';
import { say } from './studio/words.js';

const root = document.querySelector('[data-editor=dmn]');
const part = name => root.querySelector(`[data-${name}]`);
if (root) start().catch(error => { console.warn(error); banners(root).show('err', say('决策未能载入，请刷新页面重试。', 'The decision could not be loaded; reload the page.')); });

async function start() {
  const { designId: id, key } = root.dataset;
  const cases = { doc: { decision: key, cases: [] } };
  let xml = '', checks = null;
  const changed = () => { desk.changed(); checks.later(); };
  const canvas = makeCanvas(part('canvas'), part('views'), changed), marks = rowMarks();
  const text = () => canvas.read();
  const pack = async () => JSON.stringify({ text: await text(), cases: cases.doc });
  const beside = doc => (doc.cases.length ? { cases: JSON.stringify(doc, null, 2) } : {});

  const desk = await shell(root, {
    fetch: async () => {
      const [model, tests] = await Promise.all([fetchText(id), fetchText(id, 'cases')]);
      return { content: JSON.stringify({ text: model.text, cases: JSON.parse(tests.text) }), rev: model.rev };
    },
    read: pack,
    write: (content, rev) => { const parts = JSON.parse(content); return putText(id, { text: parts.text, ...beside(parts.cases) }, rev); },
    load: async (content, editable) => {
      const parts = JSON.parse(content);
      await canvas.load(parts.text, editable);
      cases.doc = parts.cases;
      xml = parts.text;
      checks?.later();
    },
    // A file of test cases replaces the cases, any other the model.
    fromFile: content => JSON.stringify(content.trimStart().startsWith('{') ? { text: xml, cases: readCases(content) } : { text: content, cases: cases.doc }),
    exported: () => [{ name: `${key}.dmn`, type: 'application/xml', text: xml }, ...(cases.doc.cases.length ? [{ name: `${key}.dmn.tests.json`, type: 'application/json', text: JSON.stringify(cases.doc, null, 2) }] : [])],
    undo: canvas.undo, redo: canvas.redo
  });
  const parts = async () => { xml = await text(); return { text: xml, ...beside(cases.doc) }; };
  checks = checking({ ask: async () => send('POST', `/api/v1/designs/${id}/check`, formOf(await parts())), reveal: canvas.reveal, marks, host: part('props') });
  await desk.begin();
  const tests = casesTab({ cases, editable: desk.editable, changed, reveal: canvas.reveal, count: (words, tone) => panel?.count('cases', words, tone) });
  const trial = dryRunTab({ id, text, editable: desk.editable, marks, reveal: canvas.reveal, keep: given => { panel.open('cases'); tests.add(given); } });
  const source = textTab({ label: 'XML', read: text, editable: desk.editable, replace: async content => { await canvas.load(content, desk.editable); changed(); } });
  let panel = null;
  panel = makePanel(part('panel'), [tests, trial, source]);
  checks.on(tests.told);
  checks.on(trial.told);
  desk.act('check', () => { checks.check(); part('props').scrollIntoView({ block: 'nearest' }); });
  desk.act('try', () => panel.open('try'));
  await checks.check();
}

function readCases(content) {
  const doc = JSON.parse(content);
  if (typeof doc.decision !== 'string' || !Array.isArray(doc.cases) || doc.cases.some(one => !one || typeof one.inputs !== 'object' || !('expect' in one))) throw new Error(say('文件须有 decision 和 cases，每个用例须有 inputs 和 expect。', 'The file needs "decision" and "cases", each case "inputs" and "expect".'));
  return doc;
}
