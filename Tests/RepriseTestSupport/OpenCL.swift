// Tests that need an OpenCL device, such as PoCL on the processor, say so where there is none.
internal import RepriseBackends
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// True where there is an OpenCL device. Where there is none, the first test that asks says so.
public let hasOpenCL: Bool = {
  // PoCL keeps compiled kernels, and must find a folder where it can: it reads the name when it is first used.
  setenv("POCL_CACHE_DIR", buildFolder + "/pocl-cache", 0)
  do {
    print("Tests of OpenCL run on \(try OpenCLRuntime.devices()[0].name)")
    return true
  } catch {
    print("SKIPPED, all tests that need OpenCL: \(error)")
    return false
  }
}()

/// `.build` of this package.
private let buildFolder: String = {
  let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return parts.dropLast(3).joined(separator: "/") + "/.build"
}()
