// Targets that are too small and too near to another (WCAG 2.5.8), unless they stand in running text.
() => {
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, textarea')];
  const boxes = all.flatMap(e => {
    const target = (e.type === 'checkbox' || e.type === 'radio') && e.closest('label') || e;
    const box = target.getBoundingClientRect(), style = getComputedStyle(target);
    const seen = box.width && box.height && style.visibility !== 'hidden' && !e.closest('.sr, .skip, .djs-container, .bjs-container, .fjs-powered-by');
    return seen ? [{ e, box, inline: style.display === 'inline' }] : [];
  });
  const middle = ({ box }) => [box.left + box.width / 2, box.top + box.height / 2];
  const near = (one, other) => {
    const [x, y] = middle(one), b = other.box;
    const dx = Math.max(b.left - x, 0, x - b.right), dy = Math.max(b.top - y, 0, y - b.bottom);
    return Math.hypot(dx, dy) < 12;
  };
  return boxes.filter(one => !one.inline && Math.min(one.box.width, one.box.height) < 23.5)
    .filter(one => boxes.some(other => other.e !== one.e && !one.e.contains(other.e) && !other.e.contains(one.e) && near(one, other)))
    .map(({ e, box }) => `${e.tagName.toLowerCase()}.${e.className} ${(e.textContent || e.name).trim().slice(0, 20)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}
