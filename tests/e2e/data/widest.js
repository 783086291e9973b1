// The innermost element that sticks out of the window to the right, outside of what scrolls by itself; "" for none.
() => {
  if (document.documentElement.scrollWidth <= innerWidth) return '';
  const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('.scroll, .tabs, .djs-container'));
  const e = out.findLast(e => !out.some(other => other !== e && e.contains(other))) ?? document.body;
  return `${e.tagName.toLowerCase()}.${e.className.baseVal ?? e.className} in ${e.parentElement?.className} ${(e.textContent ?? '').trim().slice(0, 30)}`;
}
