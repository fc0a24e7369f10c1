import { columnsOf } from '../../kernels/kernels.ts';
import { type ChainLayer, type LayerSheets, outputSize, sheetsOf } from './chain.ts';
import { COMBINATIONS, type CombinedSize, tileRows } from './weights.ts';

/** What a chain is asked for: the gradients of its parameters, what flows back to its input, or its outputs alone. */
export type Wanted = 'parameters' | 'input' | 'outputs';

/** Where the numbers of a layer stand in the memory of its chain, as addresses in bytes. */
export interface LayerPlaces {
  /** Kept from the forward pass to the backward pass: the outputs, and their gradient. */
  readonly output: number;
  readonly slope: number;
  /** Which pixel won in each window; 0 where nobody asks. */
  readonly codes: number;
  readonly weights: number;
  readonly turnedWeights: number;
  /** Those of combined rows, and what they are made with. */
  readonly rowWeights: number;
  readonly turnedRowWeights: number;
  readonly coefficients: number;
  readonly bias: number;
  /** Sums over the images of a run; those of the weights where rows are combined are of the combinations. */
  readonly weightSlope: number;
  readonly biasSlope: number;
  /** Used by one layer after the other, strip by strip. */
  readonly input: number;
  readonly filtered: number;
  readonly filteredSlope: number;
  /** Some rows of the gradient, in blocks, and of the input around them, channel after channel. */
  readonly slopeRows: number;
  readonly inputRows: number;
  readonly inputSlope: number;
  readonly product: number;
  /** The gradient of the weights when it is asked for, as these are shaped. */
  readonly gradient: number;
  /** Combinations of rows, and what they are convolved to. */
  readonly combined: number;
  readonly convolved: number;
}

/** How a layer is cut into strips of rows. */
export interface StripSizes {
  /** Zeros around the input. */
  readonly margin: number;
  /** Whether one strip is the image. */
  readonly isWhole: boolean;
  /** Rows of its neighbours, or zeros, that a strip has on each side: none of the whole, of which convolutions know. */
  readonly halo: number;
  /** Rows of the convolution's output that a strip is about; even unless it is the whole. */
  readonly rows: number;
  /** Rows that are computed of it forwards: one more if pooled and not the whole, since windows overlap. */
  readonly filteredRows: number;
  /** Columns of the images side by side. */
  readonly columns: number;
  /** How rows are combined, if they are. */
  readonly combined?: CombinedRows | undefined;
  /** Rows from which the gradient of the weights is computed at once. */
  readonly together: number;
  /** Columns of the input for it, with zeros on both sides, and numbers of a channel there. */
  readonly pitch: number;
  readonly plane: number;
}

/** A convolution by combinations of rows. */
export interface CombinedRows {
  readonly size: CombinedSize;
  /** Rows of outputs of a tile, and tiles that are convolved together. */
  readonly high: 4 | 6;
  readonly tiles: number;
}

/**
 * Outputs of more bytes than this are computed in strips, of so many rows or those that are combined together, which stay near
 * the core that works on them.
 * Strips of smaller outputs gain less there than the rows that they share cost.
 */
const [WHOLE_BYTES, STRIP_ROWS] = [16e6, 32];

/** Bytes of the combinations of rows that are convolved together. */
const TILES_BYTES = 4e6;

/** Multiplications that combinations must save, as a share, to be worth what they cost. */
const LEAST_SAVED = 0.4;

/** Bytes of the gradient from which that of the weights is computed at once: they are read many times. */
const TOGETHER_BYTES = 1e6;

/** The strips of a layer, of which there is one where its outputs are few. */
export function stripSizes(
  layer: ChainLayer,
  { input }: LayerSheets,
  { isFirst, strip }: { isFirst: boolean; strip?: number | undefined },
): StripSizes {
  const margin = (layer.size - 1) / 2;
  const columns = columnsOf(input);
  const few = 4 * layer.outputs * layer.height * columns <= WHOLE_BYTES;
  const combined = isFirst ? undefined : combineRows(layer, columns);
  // As many as are combined together: others would take as long.
  const most = strip ?? (combined ? combined.high * combined.tiles : STRIP_ROWS);
  const isWhole = strip === undefined ? few : layer.height <= strip;
  const rows = isWhole ? layer.height : most + (most % 2);
  const filteredRows = isWhole || !layer.pooled ? rows : rows + 1;
  const fitting = Math.max(1, Math.floor(TOGETHER_BYTES / (4 * layer.outputs * columns)));
  // Evenly, since the last rows take as long as the others.
  const together = Math.ceil(rows / Math.ceil(rows / fitting));
  const pitch = columns + 2 * margin;
  const plane = (together + 2 * margin) * pitch;
  return { margin, isWhole, halo: isWhole ? 0 : margin, rows, filteredRows, columns, combined, together, pitch, plane };
}

/** The combinations of rows of a layer whose rows of outputs are `columns` long, where these pay. */
function combineRows({ size, inputs, outputs, height }: ChainLayer, columns: number): CombinedRows | undefined {
  if (size !== 3 && size !== 5) return undefined;
  const high = tileRows(size);
  const all = Math.ceil(height / high);
  if (all * COMBINATIONS > (1 - LEAST_SAVED) * height * size) return undefined;
  const bytes = 4 * COMBINATIONS * Math.max(inputs, outputs) * columns;
  const most = Math.max(1, Math.floor(TILES_BYTES / bytes));
  // Evenly, since the last tiles take as long as the others.
  return { size, high, tiles: Math.ceil(all / Math.ceil(all / most)) };
}

/** Rows that tiles are separated into for a pooling, with two of those before them. */
export function pooledRows({ high, tiles }: CombinedRows): number {
  return high * tiles + 2;
}

/** Gives arrays their places, one after the other. */
export interface Placing {
  /** @returns the address of so many numbers */
  take(numbers: number): number;
  next: number;
}

/** Places from an address on. */
export function placeFrom(start: number): Placing {
  return {
    next: start,
    take(numbers) {
      const at = this.next;
      this.next = Math.ceil((at + 4 * numbers + ALIGNMENT) / ALIGNMENT) * ALIGNMENT;
      return at;
    },
  };
}

/** What a layer is placed by. */
interface PlacedLayer {
  readonly layer: ChainLayer;
  readonly strip: StripSizes;
  readonly sheets: LayerSheets;
}

/**
 * Gives every array of the layers a place. The strips of all layers share theirs from `scratch` to `end`, since one works
 * at a time.
 */
export function placeLayers(
  layers: readonly PlacedLayer[],
  { lanes, wanted }: { lanes: number; wanted: Wanted },
): { readonly places: readonly LayerPlaces[]; readonly scratch: number; readonly end: number } {
  const placing = placeFrom(ALIGNMENT);
  const take = (numbers: number) => placing.take(numbers);
  const forParameters = (numbers: number) => (wanted === 'parameters' ? numbers : 0);
  const forGradients = (numbers: number) => (wanted === 'outputs' ? 0 : numbers);
  const kept = layers.map(({ layer, sheets, strip }) => {
    const numbers = layer.outputs * outputSize(layer)[0] * columnsOf(sheets.output);
    const weights = layer.outputs * layer.inputs * layer.size ** 2;
    const { combined } = strip;
    const rowWeights = combined ? layer.outputs * layer.inputs * COMBINATIONS * layer.size : 0;
    return {
      output: take(numbers),
      slope: take(forGradients(numbers)),
      codes: wanted === 'outputs' ? 0 : take(layer.pooled ? numbers / 4 : 0),
      weights: take(weights),
      rowWeights: take(rowWeights),
      turnedRowWeights: take(forGradients(rowWeights)),
      coefficients: take(combined ? COMBINATIONS * layer.size : 0),
      turnedWeights: take(forGradients(layer.outputs * wholeBlocks(layer.inputs, lanes) * layer.size ** 2)),
      bias: take(layer.outputs),
      weightSlope: take(forParameters(combined ? rowWeights : weights)),
      biasSlope: take(forParameters(layer.outputs)),
    };
  });
  const scratch = placing.next;
  let end = scratch;
  const places = layers.map(({ layer, strip }, i) => {
    const { isWhole, rows, filteredRows, halo, together, pitch, plane, columns, combined } = strip;
    const { inputs, outputs, size } = layer;
    const { tiles = 0 } = combined ?? {};
    placing.next = scratch;
    const combinations = COMBINATIONS * Math.max(inputs, outputs) * tiles * columns;
    const both = { combined: take(combinations), convolved: take(combinations) };
    const start = placing.next;
    const forwards = {
      input: take(isWhole || combined ? 0 : inputs * (filteredRows + 2 * halo) * columns),
      filtered: combined
        ? take(layer.pooled ? outputs * pooledRows(combined) * columns : 0)
        : take(isWhole && !layer.pooled ? 0 : outputs * filteredRows * columns),
    };
    end = Math.max(end, placing.next);
    placing.next = start;
    // That of a whole is written to where it belongs, but that of the first layer, which channels are taken from.
    const inputSlopes = i > 0 ? (isWhole ? 0 : forGradients(inputs)) : wanted === 'input' ? lanes : 0;
    const backwards = {
      filteredSlope: take(forGradients(outputs * (rows + 2 * halo) * columns)),
      slopeRows: take(forParameters(combined ? 0 : outputs * together * columns)),
      inputRows: take(forParameters(inputs * (combined ? COMBINATIONS * tiles * pitch : plane))),
      inputSlope: take(inputSlopes * rows * columns),
      product: take(forParameters(outputs * inputs * (combined ? COMBINATIONS * size : size ** 2))),
      gradient: take(forParameters(outputs * inputs * size ** 2)),
    };
    end = Math.max(end, placing.next);
    return { ...kept[i]!, ...both, ...forwards, ...backwards };
  });
  return { places, scratch, end };
}

/** Bytes that the layers of a chain may need: addresses have 32 bits, and the head needs some room. */
const MOST_BYTES = 2 ** 32 - 2 ** 28;

/** Whether a chain has the memory for what its layers keep. */
export function fitsInMemory(
  layers: readonly ChainLayer[],
  { together, lanes, wanted }: { together: number; lanes: number; wanted: Wanted },
): boolean {
  const sheets = sheetsOf(layers, together);
  const placed = layers.map((layer, i) => {
    return { layer, sheets: sheets[i]!, strip: stripSizes(layer, sheets[i]!, { isFirst: i === 0 }) };
  });
  const first = layers[0]!;
  // The input, and what flows back to it.
  const input = (first.inputs + lanes) * first.height * columnsOf(sheets[0]!.input);
  return placeLayers(placed, { lanes, wanted }).end + 4 * input <= MOST_BYTES;
}

/** Channels rounded up to whole blocks. */
export function wholeBlocks(channels: number, lanes: number): number {
  return Math.ceil(channels / lanes) * lanes;
}

/** A line of the processor's cache, in bytes; loops may write as much beyond their end. */
const ALIGNMENT = 64;
