export default { order: { name: 'x', key: () => 0 }, retry: {} }
