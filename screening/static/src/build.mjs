// Builds screening/static/dist: one stylesheet, one script, the fonts, and a manifest that names each with its hash.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const source = dirname(fileURLToPath(import.meta.url))
const root = join(source, '..', '..', '..')
const dist = join(source, '..', 'dist')
const packages = join(root, 'node_modules')
const fonts = join(packages, '@fontsource-variable', 'atkinson-hyperlegible-next', 'files')

rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, 'fonts'), { recursive: true })

for (const name of readdirSync(fonts).filter((file) => file.endsWith('wght-normal.woff2'))) {
  cpSync(join(fonts, name), join(dist, 'fonts', name))
}
cpSync(join(source, 'favicon.svg'), join(dist, 'favicon.svg'))

const styles = sass.compile(join(source, 'app.scss'), {
  loadPaths: [packages],
  style: 'compressed',
  quietDeps: true
})
writeFileSync(join(dist, 'app.css'), styles.css)

await esbuild.build({
  entryPoints: [join(source, 'app.js')],
  outfile: join(dist, 'app.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2021',
  nodePaths: [packages],
  legalComments: 'none'
})

const manifest = {}
for (const name of ['app.css', 'app.js', 'favicon.svg']) {
  const hash = createHash('sha256').update(readFileSync(join(dist, name))).digest('hex').slice(0, 12)
  manifest[name] = hash
}
writeFileSync(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
