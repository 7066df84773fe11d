package import Imaging
import QR

/// Why a picture is not handed out in its looks, and the nearest looks in which it would be.
package struct UnreadableDesign: Sendable, Equatable {
    package let fault: DesignFault
    /// Nil when none was found.
    package let nearest: CodeDesign?
}

extension Refusal {
    /// - Parameter design: the one that was drawn.
    init(_ refusal: QRDrawing.Refusal, of design: CodeDesign) {
        switch refusal {
        case .design(let fault, let nearest):
            self = .unreadable(
                UnreadableDesign(fault: fault, nearest: nearest.map { CodeDesign($0, design.logo) })
            )
        case .drawing(let error):
            var pixels = CodeDesign.pixels
            if case .tooSmall(_, let minimum) = error {
                pixels = min(minimum, pixels.upperBound)...pixels.upperBound
            }
            self = .invalid("size", .outOfRange(lower: pixels.lowerBound, upper: pixels.upperBound))
        case .encoding(.tooLong(let excess)):
            let fitting = CodeDesign.levels.filter { letter in
                excess.fittingLevel.map { QRSymbol.Level(letter: letter) ?? .high <= $0 } ?? false
            }
            self = .invalid("level", .notOneOf(fitting))
        case .encoding: self = .invalid("level", .malformed)
        }
    }
}

extension CodeDesign {
    /// - Parameter logo: the one that was drawn, which stays if the design has one still.
    fileprivate init(_ nearest: QRDrawing.Nearest, _ logo: UploadedLogo.ID?) {
        looks = nearest.design
        looks.logo = nil
        self.logo = nearest.design.logo == nil ? nil : logo
        level = nearest.level
    }
}
