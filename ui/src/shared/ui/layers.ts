/**
 * Where menus and hints are drawn: above everything, yet inside a landmark, so that a reader of landmarks
 * does not lose them.
 */
export function layers(): HTMLElement {
  const known = document.getElementById('layers');
  if (known) return known;
  const made = document.createElement('div');
  made.id = 'layers';
  made.setAttribute('role', 'region');
  made.setAttribute('aria-label', 'Menus and hints');
  document.body.append(made);
  return made;
}
