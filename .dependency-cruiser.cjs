// The house: a file imports only from floors below its own, or from its own folder.
const floors = [
  ['errors.ts', 'packed-numbers.ts', 'random.ts', 'safetensors.ts', 'words.ts', 'kernels'],
  ['files', 'threads', 'pixels'],
  ['onnx', 'image', 'download', 'profiling', 'tables'],
  ['network'],
  ['training', 'prediction', 'localization', 'screen'],
  ['evaluation'],
  ['report'],
  ['workflows'],
  ['cli', 'library'],
];
const place = (name) => (name.endsWith('.ts') ? `^src/${name.replace('.', '\\.')}$` : `^src/${name}/`);

/** What each place must not import: everything on its own floor but itself, and everything above. */
const forbidden = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: `floor-${floor}-${room.replace('.ts', '')}`,
    comment: 'a file imports only from floors below its own',
    severity: 'error',
    from: { path: place(room), pathNot: '\\.test\\.ts$' },
    to: {
      path: floors
        .slice(floor)
        .flat()
        .filter((other) => other !== room)
        .map(place)
        .concat('^src/index\\.ts$'),
    },
  })),
);

/** The mathematics and the data meet only upstairs. */
const wings = [
  {
    name: 'mathematics-knows-no-data',
    from: '^src/(onnx|network|training|prediction|localization|profiling)/',
    to: '^src/(image|screen|download)/',
  },
  { name: 'data-knows-no-mathematics', from: '^src/(image|screen)/', to: '^src/(onnx|network)/' },
].map(({ name, from, to }) => ({ name, severity: 'error', from: { path: from }, to: { path: to } }));

/** Where modules of Node may be imported. */
const NOT_FOR_BROWSERS = [
  '\\.(test|worker|child)\\.ts$',
  '/(node|testing)/',
  '^src/(cli|files|threads|download|library)/',
];

module.exports = {
  forbidden: [
    ...forbidden,
    ...wings,
    {
      name: 'node-in-its-places',
      comment:
        'modules of Node only where no browser goes: folders named node, the command line, files, threads, downloads',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: NOT_FOR_BROWSERS,
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'files-are-given',
      comment: 'what browsers run takes its files and codecs from its host: it imports no folder named node',
      severity: 'error',
      from: {
        path: '^src/(onnx|network|training|prediction|localization|profiling|evaluation|pixels|tables|report|screen|image)/',
        pathNot: NOT_FOR_BROWSERS,
      },
      to: { path: ['/node/', '^src/files/(node-files|write-whole|open-whole|exists|hash|version)\\.ts$'] },
    },
    ...[
      { name: 'commander', room: '^src/cli/' },
      { name: 'sharp', room: '^src/((image|workflows)/node/|cli/doctor/examine-machine)' },
      { name: 'onnxruntime-node', room: '^src/onnx/node/' },
    ].map(({ name, room }) => ({
      name: `${name}-in-one-place`,
      severity: 'error',
      from: { path: '^src/', pathNot: [room, '\\.test\\.ts$', '/testing/'] },
      to: { path: `node_modules/${name}/` },
    })),
    {
      name: 'no-circles',
      comment: 'but among operators: the gradient of one is made of others',
      severity: 'error',
      from: { pathNot: '^src/onnx/operators/' },
      to: { circular: true },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'nothing-forbidden-in-dependencies',
      comment: 'what is shipped needs only what package.json lists as dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // Names that package.json gives to packages (its imports) are not recognised as those of dependencies.
        dependencyTypesNot: ['type-only', 'aliased-subpath-import'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
