#include "widgets/figure/csv_tables.h"

#include <QRegularExpression>
#include <QStringList>

namespace elbo {
namespace {

QString nameOf(const QString& block, std::size_t place) {
    static const QRegularExpression kRemarks("[:,;].*");
    static const QRegularExpression kOther("[^a-z0-9]+");
    static const QRegularExpression kEnds("^-+|-+$");
    QString name;
    if (block.startsWith('#')) {
        name = block.section('\n', 0, 0).mid(1).remove(kRemarks).toLower().replace(kOther, "-").remove(kEnds);
    }
    return name.isEmpty() ? QString("table-%1").arg(place + 1) : name;
}

}  // namespace

std::vector<CsvTable> csvTables(const QString& text) {
    std::vector<CsvTable> tables;
    for (QString block : text.split("\n\n", Qt::SkipEmptyParts)) {
        while (block.startsWith('\n')) {
            block.remove(0, 1);
        }
        if (block.isEmpty()) {
            continue;
        }
        if (!block.endsWith('\n')) {
            block += '\n';
        }
        const QString name = nameOf(block, tables.size());
        tables.push_back({name, block});
    }
    return tables;
}

}  // namespace elbo
