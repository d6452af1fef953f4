// A request whose answer is read by who asked, and not swapped in by htmx.

// Resolves to the answer, or to null when the server could not be reached.
export function ask(verb, path, values) {
  // htmx makes requests of one element wait for each other, and forgets all but the last.
  const source = document.createElement("i");
  source.hidden = true;
  for (const name of ["htmx:sendError", "htmx:timeout"]) source.addEventListener(name, (event) => event.stopPropagation());
  document.body.append(source);
  const answered = new Promise((resolve) => {
    const handler = (_, { xhr }) => resolve(xhr);
    htmx.ajax(verb, path, { source, values, handler }).then(() => resolve(null), () => resolve(null));
  });
  return answered.finally(() => source.remove());
}
