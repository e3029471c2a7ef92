// Whether this desktop can paint with OpenGL.
#pragma once

namespace elbo {

/// GUI thread only. False on platforms without windows (offscreen, minimal, vnc) and where no OpenGL 3.3 core context
/// can be made; found out once. Without it the lab paints by software.
bool openGlUsable();

/// From now on openGlUsable() is false: a context could be made, but its driver failed at work.
void giveUpOpenGl();

}  // namespace elbo
