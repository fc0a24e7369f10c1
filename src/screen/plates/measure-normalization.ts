import { describeIntensities } from '../../pixels/channel-quantiles.ts';
import { type ChannelSums, channelMeans, constantChannels, normalizationOf } from '../../pixels/channel-sums.ts';
import { type ControlWells, type Intensities, isByPlate, type Normalization } from '../../pixels/normalization.ts';
import type { Field, Screen } from '../screen.ts';
import { findControls, withoutControls } from './control-wells.ts';
import type { DecidedNormalization } from './decide-normalization.ts';
import { constantControls, measuredByPlate, measurePlates, type Plates, plateOf, requireSpread } from './plates.ts';

type Measured = readonly (readonly [Field, ChannelSums])[];

/**
 * What the intensities of a training are normalized by, and what was measured of its plates where these are made alike.
 *
 * @param options.measured the fields by which plates are measured, labelled or not
 * @param options.trained the fields that are trained on
 * @throws BadOption where no control well of a plate could be read, BadImage where medians do not describe a plate, or where a
 *   channel is constant in the control wells of a plate and in those of others not
 */
export function measureNormalization(
  screen: Screen,
  { decided, measured, trained }: { decided: DecidedNormalization; measured: Measured; trained: Measured },
): { readonly normalization: Normalization; readonly plates?: Plates | undefined } {
  const { scope, measure, controls } = decided;
  const known = { ...normalizationOf(trained.map(([, sums]) => sums)), scope };
  if (!isByPlate(known)) return { normalization: known };
  const counted = controls ? controlsAmong(screen, { measured, controls }) : measured;
  const plates = measurePlates(screen, counted, measure);
  if (!controls && measure === 'mean') return { normalization: known, plates };
  const reference = referenceFrom(screen, { counted: controls ? counted : trained, trained, decided });
  return {
    normalization: { ...known, ...(measure === 'median' && { measure }), ...(controls && { controls }), reference },
    plates,
  };
}

/** The measured fields of control wells. @throws BadOption where a plate has none that could be read, BadImage for constant ones */
function controlsAmong(
  screen: Screen,
  { measured, controls }: { measured: Measured; controls: ControlWells },
): Measured {
  const nameOf = plateOf(screen);
  const isControl = findControls(screen, controls);
  const found = measured.filter(([field]) => isControl(field));
  const seen = new Set(found.map(([field]) => nameOf(field)));
  const without = [...new Set(measured.map(([field]) => nameOf(field)))].filter((name) => !seen.has(name));
  if (without.length > 0) throw withoutControls(screen, without, controls, { unreadable: true });
  const everywhere = constantChannels(found.map(([, sums]) => sums));
  for (const [plate, sums] of measuredByPlate(screen, found)) {
    const channel = constantChannels(sums).find((of) => !everywhere.includes(of));
    if (channel === undefined) continue;
    throw constantControls(screen, { plate, channel, intensity: channelMeans(sums[0]!)[channel]! });
  }
  return found;
}

/** What the plates that are trained on have together. */
function referenceFrom(
  screen: Screen,
  { counted, trained, decided }: { counted: Measured; trained: Measured; decided: DecidedNormalization },
): Intensities {
  const nameOf = plateOf(screen);
  const own = new Set(trained.map(([field]) => nameOf(field)));
  const sums = counted.filter(([field]) => own.has(nameOf(field))).map(([, of]) => of);
  const { mean, deviation } = describeIntensities(sums, decided.measure);
  requireSpread({ mean, deviation }, { screen, of: 'the plates that are trained on' });
  return { mean: [...mean], deviation: [...deviation] };
}
