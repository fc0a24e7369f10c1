import type { Filters } from './data/selection.ts';

/** What the reader has chosen; the parts of the page draw themselves from it. */
export interface ViewState {
  readonly filters: Filters;
  /** Plate whose map is large. */
  readonly shownPlate: number;
  /** Key of what the wells show. */
  readonly layer: string;
  /** Name of the well of the large map whose fields are shown; the first where there is none of it. */
  readonly well: string | null;
  readonly confusionAs: 'counts' | 'shares';
}

export interface Store {
  readonly state: () => ViewState;
  readonly set: (change: Partial<ViewState>) => void;
  /** Calls `draw` after every change of one of the keys. */
  readonly watch: (keys: readonly (keyof ViewState)[], draw: () => void) => void;
}

/** Keeps what the reader has chosen, and tells those who watch it. */
export function createStore(initial: ViewState): Store {
  let state = initial;
  const watchers: { readonly keys: readonly (keyof ViewState)[]; readonly draw: () => void }[] = [];
  return {
    state: () => state,
    set(change) {
      const before = state;
      state = { ...state, ...change };
      for (const { keys, draw } of watchers) if (keys.some((key) => before[key] !== state[key])) draw();
    },
    watch: (keys, draw) => void watchers.push({ keys, draw }),
  };
}
