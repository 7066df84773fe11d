import ArgumentParser
import Matou

/// A role as the value of a flag.
extension Role: ExpressibleByArgument {}
