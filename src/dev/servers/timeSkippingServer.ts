/** The time-skipping test server, for `executable: { type: 'existing-path', path }` of the SDK's test environment. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../../config.ts'
import { type FindServerOptions, findServer, type ServerSource } from './findServer.ts'
import { runBuild } from './runBuild.ts'

const VERSION = '1.38.0'
const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

const TIME_SKIPPING_SERVER: ServerSource = {
  name: 'time-skipping test server',
  setting: 'TEMPORAL_TEST_SERVER_PATH',
  onPath: false,
  entry: 'temporal-test-server-1',
  executable: 'temporal-test-server',
  artifact: 'temporal-test-server',
  tools: ['java', 'mvn'],
  remedy: 'set TEMPORAL_TEST_SERVER_PATH to a Temporal test server, or install a Java runtime and Maven',
  buildLabel: `Getting the time-skipping test server ${VERSION} with Maven (once)`,
  build,
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>schema-saga</groupId>
  <artifactId>temporal-test-server-classpath</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`

// The SDK waits 5 s for the server and then kills its direct child: hence the quick-start flags, and `exec`.
const WRAPPER = `#!/bin/sh
HERE=$(cd "$(dirname "$0")" && pwd)
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -cp "$HERE/lib/*" io.temporal.testserver.TestServer "$@"
`

/** The path of the test server's executable. Errors: `SETTING_INVALID`, `SERVER_UNAVAILABLE`. */
export function findTimeSkippingServer(options: FindServerOptions): Promise<string> {
  return findServer(TIME_SKIPPING_SERVER, options)
}

async function build(folder: string, env: Environment): Promise<void> {
  await writeFile(join(folder, 'pom.xml'), POM)
  const args = ['-B', '-q', COPY_DEPENDENCIES, '-DincludeScope=runtime', '-DoutputDirectory=lib']
  await runBuild({ command: 'mvn', args, env, cwd: folder })
  const wrapper = join(folder, 'temporal-test-server')
  await writeFile(wrapper, WRAPPER)
  await chmod(wrapper, 0o755)
}
