// QCustomPlot, whose header writes Qt's keywords in full: they are lent to it for the length of the include, because
// the rest of the lab is compiled with QT_NO_KEYWORDS. Include this, never <qcustomplot.h>.
#pragma once

#include <QtCore/QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
