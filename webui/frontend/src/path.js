// Which sequence flows a case has gone through, worked out from the order of its history.

/**
 * visits: [node id, "entered" | "completed" | "cancelled"], oldest first. element(id): the drawn element, or undefined.
 * A node is entered through the incoming flow whose source was completed last before: so a loop back paints only the
 * branch that was taken, not every flow between two visited nodes.
 */
export function pathTaken(visits, element) {
  const flows = new Set(), done = new Set(), reached = new Set(), completed = new Map();
  visits.forEach(([id, event], index) => {
    if (event === 'entered') {
      reached.add(id);
      const flow = latest(element(id)?.incoming ?? [], completed);
      if (flow) flows.add(flow.id);
    } else if (event === 'completed') {
      done.add(id);
      reached.add(id);
      completed.set(id, index);
    }
  });
  return { flows, done, reached };
}

function latest(incoming, completed) {
  let best = null, when = -1;
  for (const flow of incoming) {
    if (flow.type !== 'bpmn:SequenceFlow') continue;
    const at = completed.get(flow.source.id) ?? -1;
    if (at > when) [best, when] = [flow, at];
  }
  return best;
}
