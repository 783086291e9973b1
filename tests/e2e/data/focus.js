// Where the focus is: what one can see of it, whether something lies over it, and its place among all elements.
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const ring = e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 };
  const within = at.closest('.find, .sel, .fjs-input-group') ?? at;
  const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]];
  // A mark on a drawing may lie beside the part of it that is shown: the list of the drawing is its equal.
  const free = Boolean(at.closest('.djs-container')) || points.some(([x, y]) => {
    const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return hit && (at.contains(hit) || hit.contains(at) || hit.closest('label')?.contains(at));
  });
  const all = [...document.querySelectorAll('*')];
  const name = at.tagName.toLowerCase() + (at.id ? '#' + at.id : '.' + at.getAttribute('class')) + ' ' + (at.textContent || at.name || '').trim().slice(0, 24);
  return { name, ring: ring(at) || ring(within) || style.boxShadow !== 'none', free, size: box.width * box.height,
    order: all.indexOf(at), positive: at.tabIndex > 0, skip: at.classList.contains('skip'),
    inner: /^(date|datetime-local|time)$/.test(at.type) };
}
