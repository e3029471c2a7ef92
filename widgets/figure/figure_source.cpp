#include "widgets/figure/figure_source.h"

#include <QCryptographicHash>
#include <QStringList>
#include <QXmlStreamReader>
#include <QtEndian>

#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "widgets/figure/xml_text.h"

namespace elbo {
namespace {

constexpr std::uint64_t kLargestFigure = std::uint64_t{64} << 20;  ///< bytes; figures with rasters stay far below
constexpr qsizetype kLongestSource = 1 << 20;                      ///< characters of an experiment
constexpr const char* kNamespace = "urn:elboroom:figure";
constexpr const char* kBegin = " elboroom-experiment begin";  ///< after the sign of a comment
constexpr const char* kEnd = " elboroom-experiment end";
constexpr char kCsvComment = '#';
constexpr char kTexComment = '%';

QByteArray checksum(const QByteArray& bytes) {
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

std::optional<QString> inPdf(const QByteArray& bytes) {
    static const QByteArray open = "<elboroom:experiment sha256=\"";
    const qsizetype start = bytes.indexOf(open);
    if (start < 0) {
        return std::nullopt;
    }
    const qsizetype sum = start + open.size();
    const qsizetype body = bytes.indexOf("\">", sum);
    const qsizetype end = bytes.indexOf("</elboroom:experiment>", sum);
    if (body < 0 || end < body || end - body > 2 * kLongestSource * 4) {
        return std::nullopt;
    }
    const auto decoded = QByteArray::fromBase64Encoding(
        bytes.mid(body + 2, end - body - 2), QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || checksum(*decoded) != bytes.mid(sum, body - sum)) {
        return std::nullopt;
    }
    return QString::fromUtf8(*decoded);
}

std::optional<QString> inSvg(const QByteArray& bytes) {
    QXmlStreamReader reader(bytes);
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.namespaceUri() == QLatin1String(kNamespace) &&
            reader.name() == QLatin1String("experiment")) {
            const QString text = reader.readElementText(QXmlStreamReader::ErrorOnUnexpectedElement);
            return reader.hasError() ? std::nullopt : std::optional(text);
        }
    }
    return std::nullopt;
}

constexpr const char* kPngSignature = "\x89PNG\r\n\x1a\n";
constexpr qsizetype kPngSignatureSize = 8;
constexpr qsizetype kPngFrame = 12;  ///< bytes of a chunk around its data: length, type, checksum

/// CRC-32 as PNG uses it (ISO 3309), over type and data of a chunk.
quint32 pngChecksum(const QByteArray& bytes) {
    quint32 crc = 0xffffffffU;
    for (const char byte : bytes) {
        crc ^= static_cast<quint8>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
        }
    }
    return crc ^ 0xffffffffU;
}

/// Keyword, no compression, no language, no translated keyword.
QByteArray pngTextHead() {
    return QByteArray(kFigureSourceKey) + QByteArray(5, '\0');
}

std::optional<QString> inPng(const QByteArray& bytes) {
    const QByteArray head = pngTextHead();
    qsizetype at = kPngSignatureSize;
    while (at + kPngFrame <= bytes.size()) {
        const qsizetype length = qFromBigEndian<quint32>(bytes.constData() + at);
        if (length > bytes.size() - at - kPngFrame) {
            return std::nullopt;
        }
        const QByteArray body = bytes.mid(at + 4, 4 + length);
        if (body.startsWith("iTXt" + head)) {
            const bool whole = qFromBigEndian<quint32>(bytes.constData() + at + 8 + length) == pngChecksum(body);
            return whole ? std::optional(QString::fromUtf8(body.mid(4 + head.size()))) : std::nullopt;
        }
        at += kPngFrame + length;
    }
    return std::nullopt;
}

/// Lines of a text file that begin with `sign`.
std::optional<QString> inComments(const QByteArray& bytes, QChar sign) {
    const QStringList lines = QString::fromUtf8(bytes).split('\n');
    if (lines.isEmpty() || lines.first().trimmed() != sign + QString(kBegin)) {
        return std::nullopt;
    }
    const QString end = sign + QString(kEnd), indented = sign + QString(" ");
    QStringList source;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        QString line = lines[i];
        if (line.endsWith('\r')) {  // saved by a spreadsheet
            line.chop(1);
        }
        if (line == end) {
            return source.join('\n');
        }
        if (!line.startsWith(sign)) {
            return std::nullopt;
        }
        source << line.mid(line.startsWith(indented) ? 2 : 1);
    }
    return std::nullopt;
}

QString asComments(const QString& experimentToml, QChar sign) {
    if (experimentToml.isEmpty()) {
        return {};
    }
    QString text = sign + QString(kBegin) + "\n";
    for (const QString& line : experimentToml.split('\n')) {
        text += line.isEmpty() ? sign + QString("\n") : sign + QString(" ") + line + "\n";
    }
    return text + sign + kEnd + "\n";
}

}  // namespace

QByteArray figureXmp(const QString& title, const QString& description, const QString& experimentToml) {
    const auto alternatives = [](const char* name, const QString& text) {
        return QByteArray("<dc:") + name + "><rdf:Alt><rdf:li xml:lang=\"x-default\">" + xmlText(text).toUtf8() +
               "</rdf:li></rdf:Alt></dc:" + name + ">\n";
    };
    const QByteArray source = experimentToml.toUtf8();
    QByteArray packet =
        "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n" +
        alternatives("title", title) +
        (description.isEmpty() ? QByteArray() : alternatives("description", description)) +
        "</rdf:Description>\n</rdf:RDF>\n";
    if (!source.isEmpty()) {
        // Beside the RDF, which knows no element with an attribute and text.
        packet += "<elboroom:figure xmlns:elboroom=\"" + QByteArray(kNamespace) + "\"><elboroom:experiment sha256=\"" +
                  checksum(source) + "\">" + source.toBase64() + "</elboroom:experiment></elboroom:figure>\n";
    }
    return packet + "</x:xmpmeta>\n<?xpacket end=\"w\"?>";
}

QString svgSource(const QString& experimentToml) {
    if (experimentToml.isEmpty()) {
        return {};
    }
    return QString("<metadata><elboroom:experiment xmlns:elboroom=\"%1\">%2</elboroom:experiment></metadata>\n")
        .arg(kNamespace, xmlText(experimentToml));
}

QByteArray pngWithSource(const QByteArray& png, const QString& experimentToml) {
    // Qt would write the text too, but folds its line breaks into spaces. The chunk goes behind the header, IHDR, which
    // has a fixed size and comes first.
    constexpr qsizetype kHeaderEnd = kPngSignatureSize + kPngFrame + 13;
    if (experimentToml.isEmpty() || png.size() < kHeaderEnd) {
        return png;
    }
    const QByteArray body = "iTXt" + pngTextHead() + experimentToml.toUtf8();
    const auto bigEndian = [](quint32 value) {
        QByteArray bytes(4, '\0');
        qToBigEndian(value, bytes.data());
        return bytes;
    };
    QByteArray result = png;
    result.insert(kHeaderEnd, bigEndian(static_cast<quint32>(body.size() - 4)) + body + bigEndian(pngChecksum(body)));
    return result;
}

QString csvSource(const QString& experimentToml) {
    return asComments(experimentToml, kCsvComment);
}

QString pgfSource(const QString& experimentToml) {
    return asComments(experimentToml, kTexComment);
}

std::optional<QString> experimentInFigure(const QString& path) {
    QByteArray bytes;
    try {
        bytes = QByteArray::fromStdString(readInputFile(path.toStdString(), {"a figure", kLargestFigure}));
    } catch (const InputError&) {
        return std::nullopt;
    }
    std::optional<QString> found;
    if (bytes.startsWith("%PDF-")) {
        found = inPdf(bytes);
    } else if (bytes.startsWith(kPngSignature)) {
        found = inPng(bytes);
    } else if (bytes.startsWith(kCsvComment) || bytes.startsWith(kTexComment)) {
        found = inComments(bytes, QChar(bytes.front()));
    } else if (bytes.left(1024).contains("<svg")) {
        found = inSvg(bytes);
    }
    if (found && (found->isEmpty() || found->size() > kLongestSource)) {
        return std::nullopt;
    }
    return found;
}

}  // namespace elbo
