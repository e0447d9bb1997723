import { defineConfig } from 'vitest/config'

/// Tests in a real Chromium against the real program: OSETRA names the binary.
export default defineConfig({
  server: { fs: { allow: ['..'] } },
  test: { root: '..', include: ['tests/browser/**/*.test.mjs'], globals: true, globalSetup: 'tests/browser/desk.mjs', fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 },
})
