#version 330 core
layout(location = 0) in vec2 point;   // plane units
layout(location = 1) in float label;  // -1 without
uniform vec4 view;
uniform float radius;       // device pixels
uniform vec4 palette[11];   // neutral, then the classes
flat out vec4 dotColor;

void main() {
    dotColor = palette[label < 0.0 ? 0 : 1 + int(mod(label, 10.0))];
    gl_PointSize = 2.0 * radius + 4.0;
    gl_Position = vec4((point - view.xy) / (view.zw - view.xy) * 2.0 - 1.0, 0.0, 1.0);
}
