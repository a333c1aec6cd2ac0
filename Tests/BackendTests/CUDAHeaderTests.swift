// The signatures that Swift gives to functions of NVIDIA's driver and compiler agree with NVIDIA's own headers.
//
// CUDADriver.swift and NVRTC.swift are read as text: each function that is looked up by name has a type there, which is
// written as C and compared by a C++ compiler, parameter by parameter. The stand-in is compared with the same headers
// when it is built. So a new function needs a line in CUDADriver.swift and one in Tests/CUDAStandIn, and nothing here
// unless it has parameters of a new type.
import RepriseTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A function that Swift looks up, with the C types that Swift's have.
private struct Lookup: Equatable, Sendable {
  let name: String
  let result: String
  let parameters: [String]
}

/// A Swift file that looks functions up.
private struct SwiftSource {
  struct Problem: Error { let text: String }

  let text: String
  /// Types by name, constants and aliases alike.
  private let types: [String: String]

  init(_ text: String) {
    self.text = text
    // A type that goes on in the next lines becomes one line.
    var joined = ""
    var depth = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let code = line.drop { $0 == " " }.hasPrefix("//") ? "" : line
      for character in code where "()".contains(character) { depth += character == "(" ? 1 : -1 }
      let goesOn = depth > 0 || code.hasSuffix("=") || code.hasSuffix("->") || code.hasSuffix(":")
      joined += code + (goesOn ? " " : "\n")
    }
    var types: [String: String] = [:]
    for line in joined.split(separator: "\n") {
      for match in line.matches(of: /(?:let|typealias) (\w+)(?::| =) *(@convention\(c\).*? -> \S+|[A-Z]\w+)(?:$| =)/) {
        // The functions come first; others may have the same name.
        if types[String(match.1)] == nil { types[String(match.1)] = String(match.2) }
      }
    }
    self.types = types
    self.joined = joined
  }

  private let joined: String

  func lookups() throws -> [Lookup] {
    try joined.matches(of: /(\w+)(?:: (@convention\(c\)[^=]*|\w+))? = *try library\.function\("(\w+)"\)/).map { match in
      guard let type = match.2.map({ String($0) }) ?? types[String(match.1)] else {
        throw Problem(text: "\(match.1) has no type that can be read")
      }
      return try lookup(String(match.3), type)
    }
  }

  private func lookup(_ name: String, _ type: String) throws -> Lookup {
    guard let match = type.firstMatch(of: /@convention\(c\)\s*\((.*)\)\s*->\s*(\S+)/) else {
      guard let alias = types[type], alias != type else { throw Problem(text: "\(name): \(type)") }
      return try lookup(name, alias)
    }
    return Lookup(
      name: name, result: try cType(String(match.2)), parameters: try Self.parts(String(match.1)).map(cType))
  }

  /// Splits at commas outside brackets.
  private static func parts(_ list: String) -> [String] {
    var (parts, depth) = ([""], 0)
    for character in list {
      if character == "<" || character == "(" { depth += 1 }
      if character == ">" || character == ")" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
  }

  private func cType(_ type: String) throws -> String {
    let scalars = [
      "Int32": "int", "UInt32": "unsigned", "Int": "size_t", "UInt64": "unsigned long long", "UInt8": "unsigned char",
      "CChar": "char", "UnsafeRawPointer": "const void *", "UnsafeMutableRawPointer": "void *",
    ]
    let plain = type.hasSuffix("?") ? String(type.dropLast()) : type
    if let scalar = scalars[plain] { return scalar }
    if let match = plain.wholeMatch(of: /Unsafe(Mutable)?Pointer<(.*)>/) {
      return try cType(String(match.2)) + (match.1 == nil ? " const *" : " *")
    }
    // Names of the file itself, such as Handle.
    guard let alias = types[plain.replacing("CUDADriver.", with: "")], alias != plain else {
      throw Problem(text: "\(type) is not known here")
    }
    return try cType(alias)
  }
}

@Suite struct CUDAHeaderTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  private static func source(_ name: String) throws -> SwiftSource {
    let path = "\(root)/Sources/RepriseBackends/GPU/CUDA/\(name).swift"
    return SwiftSource(try String(contentsOfFile: path, encoding: .utf8))
  }

  /// Compares function types: sizes, signs, and what pointers point to. Handles are pointers to anything.
  private static let comparison = """
    #include <cuda.h>
    #include <nvrtc.h>
    #include <type_traits>
    using namespace std;

    template <class A> constexpr bool isNumber = is_integral_v<A> || is_enum_v<A>;
    template <class A, bool = is_enum_v<A>> struct number { using type = A; };
    template <class A> struct number<A, true> { using type = underlying_type_t<A>; };
    template <class A> constexpr bool isSigned = is_signed_v<typename number<A>::type> || is_enum_v<A>;

    template <class A, class B> constexpr bool agree()
    {
      using a = remove_cv_t<A>; using b = remove_cv_t<B>;
      if constexpr (is_pointer_v<a> && is_pointer_v<b>) {
        using to_a = remove_pointer_t<a>; using to_b = remove_pointer_t<b>;
        if constexpr (!is_const_v<to_a> && is_const_v<to_b>) return false;
        else if constexpr (is_void_v<to_b> || is_void_v<to_a>) return is_void_v<to_b>;
        else return agree<to_a, to_b>();
      } else if constexpr (isNumber<a> && isNumber<b>)
        return sizeof(a) == sizeof(b) && isSigned<a> == isSigned<b>;
      else return false;
    }

    template <class A, class B> struct same : false_type {};
    template <class R, class... A, class S, class... B> struct same<R(A...), S(B...)> {
      static constexpr bool compare() {
        if constexpr (sizeof...(A) != sizeof...(B)) return false;
        else return agree<R, S>() && (agree<A, B>() && ...);
      }
      static constexpr bool value = compare();
    };
    #define CHECK(name, ...) static_assert(same<decltype(name), __VA_ARGS__>::value, #name);

    """

  private func compile(_ checks: [String]) throws {
    let headers = try #require(CUDAHeaders.options)
    let path = FileManager.default.temporaryDirectory.path + "/reprise-signatures-\(UUID().uuidString).cpp"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try (Self.comparison + checks.joined(separator: "\n")).write(toFile: path, atomically: true, encoding: .utf8)
    _ = try CUDAStandIn.run(
      "$(command -v c++ || command -v clang++) -std=c++17 -fsyntax-only \(headers) '\(path)'")
  }

  /// Names such as cuMemAlloc are macros for cuMemAlloc_v2: the function of that very name is an older one.
  private func check(_ lookup: Lookup) -> String {
    """
    #ifdef \(lookup.name)
    #error \(lookup.name) is the name of an older function
    #endif
    CHECK(\(lookup.name), \(lookup.result)(\(lookup.parameters.joined(separator: ", "))))
    """
  }

  @Test func swiftNamesAreAllRead() throws {
    for (file, prefix) in [("CUDADriver", "cu"), ("NVRTC", "nvrtc")] {
      let source = try Self.source(file)
      let lookups = try source.lookups()
      let named = source.text.matches(of: /library\.function\("(\w+)"\)/).map { String($0.1) }
      #expect(lookups.map(\.name) == named)
      #expect(!named.isEmpty && named.allSatisfy { $0.hasPrefix(prefix) })
    }
    let copy = try #require(try Self.source("CUDADriver").lookups().first { $0.name == "cuMemcpyHtoDAsync_v2" })
    #expect(copy.result == "int" && copy.parameters == ["unsigned long long", "const void *", "size_t", "void *"])
  }

  @Test(.enabled(if: CUDAHeaders.options != nil, "NVIDIA's headers are not here: run scripts/nvrtc"))
  func signaturesAgreeWithTheHeaders() throws {
    for file in ["CUDADriver", "NVRTC"] { try compile(try Self.source(file).lookups().map(check)) }
  }

  @Test(
    .enabled(if: CUDAHeaders.options != nil, "NVIDIA's headers are not here: run scripts/nvrtc"),
    arguments: [
      Lookup(name: "cuMemAlloc_v2", result: "int", parameters: ["unsigned *", "size_t"]),
      Lookup(name: "cuMemAlloc_v2", result: "int", parameters: ["unsigned long long *"]),
      Lookup(name: "cuMemAlloc_v2", result: "int", parameters: ["unsigned long long *", "int"]),
      Lookup(name: "cuMemAlloc_v2", result: "int", parameters: ["unsigned long long", "size_t"]),
      Lookup(name: "cuMemAlloc", result: "int", parameters: ["unsigned long long *", "size_t"]),
      Lookup(name: "cuDeviceGetName", result: "int", parameters: ["const char *", "int", "int"]),
      Lookup(name: "cuInit", result: "int", parameters: ["int"]),
      Lookup(name: "cuInit", result: "void *", parameters: ["unsigned"]),
    ])
  fileprivate func mistakesAreFound(_ lookup: Lookup) {
    #expect(throws: CUDAStandIn.Problem.self) { try compile([check(lookup)]) }
  }
}
