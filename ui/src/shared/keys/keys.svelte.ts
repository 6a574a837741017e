import { untrack } from 'svelte';

/** One keyboard command. `combo` is like `j`, `Shift+R`, `Mod+K` or `?`; Mod is Ctrl, on macOS ⌘. */
export interface KeyCommand {
  combo: string;
  label: string;
  group: string;
  run: (event: KeyboardEvent) => void;
  /** False hides and disables the command for now. */
  when?: () => boolean;
}

/** Commands of one part of the window, as the overview lists them. */
export interface KeyGroup {
  name: string;
  lines: { label: string; combos: string[] }[];
}

const isMac = /Mac/u.test(globalThis.navigator?.userAgent ?? '');

/** How a combo is shown on a key cap. */
export function keyCaps(combo: string): string[] {
  const names: Record<string, string> = {
    Mod: isMac ? '⌘' : 'Ctrl',
    Shift: '⇧',
    Alt: isMac ? '⌥' : 'Alt',
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    Enter: '⏎',
    Escape: 'Esc',
    ' ': 'Space',
  };
  return (combo === '+' ? ['+'] : combo.split('+')).map(
    (part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part),
  );
}

function comboOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? 'Mod+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  // A shifted character such as ? already says that Shift was held.
  const shift = event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key)) ? 'Shift+' : '';
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return mod + alt + shift + key;
}

function normal(combo: string): string {
  if (combo === '+') return combo;
  const parts = combo.split('+');
  const key = parts.pop() ?? '';
  return [...parts, key.length === 1 ? key.toLowerCase() : key].join('+');
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && /^(?:checkbox|radio|button)$/u.test(target.type))
  );
}

/** What a text field does itself: undo, redo, select all, cut, copy, paste. */
const EDITS = /^Mod\+(?:Shift\+)?[acvxyz]$/u;

class KeyRegistry {
  commands = $state.raw<readonly KeyCommand[]>([]);
  /** The overview: what works now, by group; combos that do the same share a line. */
  readonly overview = $derived.by((): KeyGroup[] => {
    const groups: KeyGroup[] = [];
    for (const command of this.commands) {
      if (!(command.when?.() ?? true)) continue;
      let group = groups.find((each) => each.name === command.group);
      if (!group) groups.push((group = { name: command.group, lines: [] }));
      const line = group.lines.find((each) => each.label === command.label);
      if (line) line.combos.push(command.combo);
      else group.lines.push({ label: command.label, combos: [command.combo] });
    }
    return groups;
  });

  /** Registers commands; call what is returned to take them away (inside an `$effect`: return it). */
  add(...commands: KeyCommand[]): () => void {
    // An effect that registers must not run again because it registered.
    this.commands = [...untrack(() => this.commands), ...commands];
    return () => {
      this.commands = untrack(() => this.commands).filter((command) => !commands.includes(command));
    };
  }

  /** Runs the newest matching command. Nothing runs while text is typed or a dialog or menu is open. */
  handle(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing) return;
    const combo = comboOf(event);
    if (typing(event.target) && (!combo.startsWith('Mod+') || EDITS.test(combo)) && combo !== 'Escape') return;
    if (document.querySelector('[role="dialog"][data-state="open"], [role="menu"], [role="listbox"]')) return;
    // Space and Enter belong to a focused button or link, unless it gives Space to the commands.
    const control = event.target instanceof Element ? event.target.closest('button, a[href], [role="tab"]') : null;
    if (control && (combo === 'Enter' || (combo === ' ' && !control.hasAttribute('data-space-commands')))) return;
    const found = this.commands.findLast((command) => normal(command.combo) === combo && (command.when?.() ?? true));
    if (!found) return;
    event.preventDefault();
    found.run(event);
  }
}

export const keys = new KeyRegistry();
