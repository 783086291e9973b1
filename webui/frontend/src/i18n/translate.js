// A `translate` module for bpmn.io tools: own dictionary in Chinese, their English as it is; missing keys are collected.
export const chinese = document.documentElement.lang.startsWith('zh');

export function translator(dictionary, english = {}) {
  const missing = new Set();
  (window.cxMissing ??= []).push(missing);
  return function translate(template, replacements = {}) {
    let text = english[template] ?? template;
    if (chinese) {
      text = dictionary[template];
      if (text === undefined) { missing.add(template); text = template; }
    }
    return text.replace(/{([^}]+)}/g, (whole, key) => replacements[key] ?? whole);
  };
}
