import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Transfer, useTransfer } from './free-at-once.ts';

/** Finds what `freeAtOnce` needs in Node 20, which has it behind a flag that is read when a context is made. */
function findTransfer(): Transfer | undefined {
  setFlagsFromString('-harmony_rab_gsab_transfer');
  const found = runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
  setFlagsFromString('-no_harmony_rab_gsab_transfer');
  return found;
}

if (!('transfer' in ArrayBuffer.prototype)) useTransfer(findTransfer());
