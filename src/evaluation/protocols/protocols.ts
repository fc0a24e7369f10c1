/**
 * The protocols by which classifiers of screens are judged, each from labelled fields to folds. But for `paper`, no fold
 * has fields of one well on both sides.
 *
 * @example
 * const labels = labelsOf(screen, 'MOA');
 * const fields = screen.fields.map((field, i) => ({ label: labels[i]!, well: wellKey(field), metadata: field.metadata }));
 * const { folds, treatments, leftOut } = protocols.compound(fields, { screen });
 */
import { MilscopeError, named } from '../../errors.ts';
import { findColumn } from '../../screen/columns.ts';
import { foldsByWell, type Split, splitFields } from '../splits.ts';
import { participants } from './controls.ts';
import { leaveOut } from './leave-out.ts';
import { columnsOf, judge, type Protocol, type ProtocolOptions } from './protocol.ts';

const UNTRAINED = 'nothing of its class is trained on';

/**
 * As in the paper (Kraus, Ba & Frey 2016): trains on 15 % of the fields and tests all of them. Fields to train on
 * are drawn by whole wells within each class, so that those of `test` that are not in `trainedOn` are an honest test;
 * all of `test` is what the paper reports.
 */
const paper: Protocol = (fields, options = {}) => {
  const { places, excluded } = participants(fields, options);
  const { fraction = 0.15, seed = 1 } = options;
  const splits = splitFields(
    places.map((i) => fields[i]!),
    { fraction, seed },
  );
  const train = places.filter((_, at) => splits[at] === 'train');
  const planned = [{ name: `${Number((100 * fraction).toFixed(1))} % of the wells`, train, test: places }];
  const remedy = `train on more with ${named('fraction')}`;
  return judge(fields, { planned, excluded, reason: UNTRAINED, protocol: 'paper', remedy, options });
};

/** Leave one replicate out. A class that is in one replicate only is left out. */
const replicate: Protocol = (fields, options = {}) =>
  leaveOut(fields, {
    columns: [{ name: options.replicate ?? 'Replicate', option: 'replicate' }],
    protocol: 'replicate',
    reason: 'no other replicate has its class',
    options,
  });

/**
 * Leave one compound out, all its concentrations at once: "not the same compound", NSC (Ljosa et al. 2013,
 * doi:10.1177/1087057113503553). A class of a single compound can only be missed and is left out; its fields are still
 * trained on when others are tested. With negative controls aside, the 103 treatments of 38 compounds and 12 mechanisms
 * of BBBC021 are all judged.
 */
const compound: Protocol = (fields, options = {}) =>
  leaveOut(fields, {
    columns: [compoundColumn(options)],
    protocol: 'compound',
    reason: 'no other compound has its class',
    options,
  });

function compoundColumn({ compound: name = 'Compound' }: ProtocolOptions) {
  return { name, option: 'compound' };
}

/**
 * Not the same compound and not the same batch, NSCB (Ando, McLean & Berndl 2017, doi:10.1101/161422). A fold tests one
 * compound in one batch, and trains on other compounds in other batches. A treatment counts if any field of its class is
 * left to train on for any of its fields, as in the code published with Tabak et al. 2020 (doi:10.7717/peerj.8594), where
 * a profile counts if another of its mechanism is left when those of its compound and of its batch are not considered.
 * In BBBC021 that leaves out the two mechanisms that are in one batch only, cholesterol-lowering (6 treatments) and kinase
 * inhibitors (5): 92 are judged. taxol@0.3, which is on every plate, is judged batch by batch.
 */
const compoundBatch: Protocol = (fields, options = {}) => {
  const { columns } = columnsOf(fields, options);
  const batch = options.batch ?? (findColumn(columns, 'Batch') || !findColumn(columns, 'Plate') ? 'Batch' : 'Plate');
  return leaveOut(fields, {
    columns: [compoundColumn(options), { name: batch, option: 'batchColumn' }],
    protocol: 'compound-batch',
    reason: 'no other compound in another batch has its class',
    options,
  });
};

/** `k` folds (default 5) of whole wells, each class dealt evenly over them. A class of a single well is left out. */
const kFold: Protocol = (fields, options = {}) => {
  const { k = 5, seed = 1 } = options;
  if (!Number.isInteger(k) || k < 2) {
    throw new MilscopeError('BadOption', {
      problem: 'fields cannot be divided into so many folds',
      found: `${k}`,
      expected: 'a whole number from 2',
    });
  }
  const { places, excluded } = participants(fields, options);
  const foldOf = foldsByWell(
    places.map((i) => fields[i]!),
    { k, seed },
  );
  const planned = Array.from({ length: k }, (_, fold) => ({
    name: `fold ${fold + 1} of ${k}`,
    train: places.filter((_, at) => foldOf[at] !== fold),
    test: places.filter((_, at) => foldOf[at] === fold),
  }));
  const reason = 'no other well has its class';
  const remedy = `name a column with ${named('label')} whose classes have two wells or more`;
  return judge(fields, { planned, excluded, reason, protocol: 'k-fold', remedy, options });
};

/** One division for all: tests the fields that meet any of the conditions of `holdout`, and trains on the others. */
const holdout: Protocol = (fields, options = {}) => {
  const { holdout: conditions = [], screen } = options;
  if (conditions.length === 0) {
    throw new MilscopeError('BadOption', {
      option: 'holdout',
      problem: 'the protocol holdout does not know what to hold out',
      expected: 'COLUMN=VALUE, for example Replicate=3',
    });
  }
  const { places, excluded } = participants(fields, options);
  const known = screen && { screen };
  const splits = splitFields(
    places.map((i) => fields[i]!),
    { holdout: conditions, ...known },
  );
  const side = (of: Split) => places.filter((_, at) => splits[at] === of);
  const planned = [{ name: conditions.join(', '), train: side('train'), test: side('test') }];
  const remedy = `hold out other fields with ${named('holdout')}`;
  return judge(fields, { planned, excluded, reason: UNTRAINED, protocol: 'holdout', remedy, options });
};

/** The protocols by the names that the command line and tables have for them. */
export const protocols = {
  paper,
  holdout,
  replicate,
  compound,
  'compound-batch': compoundBatch,
  'k-fold': kFold,
} as const;

/** The name of a protocol. */
export type ProtocolName = keyof typeof protocols;
