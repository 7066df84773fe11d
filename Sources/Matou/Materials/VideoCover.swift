import Foundation
import WeChat

/// The picture that stands for a video until it is played. WeChat wants one with every video, as a
/// JPEG of at most 64 KiB (`wechat-wire.md` §1.5), and marketers are not asked for it.
enum VideoCover {
    /// Its name beside materials' ids.
    static let source = "video-cover"

    static let file = File(
        name: "cover.jpg", contentType: "image/jpeg",
        bytes: Array(Data(base64Encoded: base64) ?? Data()))

    private static let base64 = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVG\
        ZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8\
        fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAC0APADASIAAhEBAxEB/8QAGwABAQADAQEBAAAAAAAAAAAAAAYEBQcCAwH/\
        xAAoEAEAAgIBAgYBBQEAAAAAAAAAAQIDBAURQQYSEyExcdEiMkNS4cH/xAAWAQEBAQAAAAAAAAAAAAAAAAAAAgH/xAAV\
        EQEBAAAAAAAAAAAAAAAAAAAAEf/aAAwDAQACEQMRAD8AnwBIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKbk/ClqdcnHW89fn0rT7x9T3TeTHfFeaZaWp\
        evtNbR0mAeQAAAAAAAAAAAAAAAAAAAAAAAAAAAdTYm/xmryOPy7OOJmPi8e1o+pZYKQ3J+GtrS65MHXYwx3rH6o+4/DS\
        uptVyfAanIdb+X0c0/yUj5+47jIgRn8lw+3xtpnNTzYu2SvvX/GAMAAAAAAAAAAAAAAAAAAAAAAAAdTAFAAPy1YtWa2i\
        JifaYnun+T8LYNjrk0pjBk/pP7J/CheMmSmHHN8t60pX3m1p6RAObbmlsaOX09nFbHbt1+J+p7vgqOb8R6+fFfW1sNc9\
        Z+cmSvtH1H/UuJAAAAAAAAAAAAAAAAAAAAAAdTAFA1/JczqcbWYy382Xtjr72/xIcnz+3yHWnm9HDP8AHSfn7nuMqk5P\
        xLq6fXHg6bGaO1Z/TH3P4SW/yW1yOTzbOSZiPike1Y+oYgMAAAAAAAAAAAAAAAAAAAAAAAAdL3N3X0cXqbOWuOvbr8z9\
        R3SnJ+Kc+x1x6UTgx/3n98/ho9jYzbWWcufJbJee9pfMKWtNrTa0zMz7zM9wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAf/9k=
        """
}
