// The house: a file imports only from floors below its own, or from its own folder.
const floors = [
  ['errors.ts', 'random.ts', 'safetensors.ts'],
  ['files', 'threads', 'pixels'],
  ['onnx', 'image', 'download', 'profiling', 'tables'],
  ['network'],
  ['training', 'prediction', 'localization', 'screen'],
  ['evaluation'],
  ['report'],
  ['workflows', 'server', 'cluster', 'cli'],
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
        .filter(
          (other) =>
            other !== room && !(room === 'workflows' && other === 'cli') && !(room === 'cli' && other === 'workflows'),
        )
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

module.exports = {
  forbidden: [
    ...forbidden,
    ...wings,
    {
      name: 'runs-in-the-browser',
      comment:
        'these folders take and give typed arrays: no file, no process, no node: module (but for the Node faces)',
      severity: 'error',
      from: {
        path: '^src/(errors|random|safetensors|pixels/|onnx/|network/|training/|prediction/|localization/|profiling/|evaluation/|report/plots/)',
        pathNot: ['\\.test\\.ts$', '^src/onnx/node/', '/testing/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-face-of-sessions',
      comment: 'only the Node face of the sessions knows onnxruntime-node',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/onnx/node/' },
      to: { path: 'node_modules/onnxruntime-node/' },
    },
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
